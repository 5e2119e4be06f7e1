import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coresAreSeparate } from '../src/harness/cores.ts';
import { Load } from '../src/harness/load.ts';
import { type HttpSubject, isAlive, startHttpSubject } from './http-subject.ts';

let server: HttpSubject;
let load: Load;

beforeAll(async () => {
  server = await startHttpSubject();
  load = await Load.start();
});

afterAll(async () => {
  await load[Symbol.asyncDispose]();
  await server.subject.close();
});

test('a burst is answered: as fast as goes, at a rate, or at a rate with even distances', async () => {
  const fast = await load.burst({ url: `${server.url}/`, connections: 4, seconds: 0.5 });
  expect(fast.failed).toBe(0);
  expect(fast.requests).toBeGreaterThan(50);
  expect(fast.requestsPerSecond).toBeCloseTo(fast.requests / fast.seconds, 6);
  expect(fast.latencyMs.max).toBeGreaterThanOrEqual(fast.latencyMs.p99);
  expect(fast.latencyMs.p99).toBeGreaterThanOrEqual(fast.latencyMs.p50);
  const order = { url: `${server.url}/`, connections: 2, seconds: 0.5 };
  const slow = await load.burst({ ...order, rate: { perSecond: 20, spread: 'autocannon' } });
  expect(slow.failed).toBe(0);
  expect(slow.requests).toBeLessThan(fast.requests);
  const even = await load.burst({ ...order, rate: { perSecond: 200, spread: 'even' } });
  expect(even).toMatchObject({ requests: 100, failed: 0 });
  expect(even.seconds).toBeGreaterThan(0.49);
  expect(even.latencyMs.max).toBeGreaterThanOrEqual(even.latencyMs.p99);
  expect(even.latencyMs.p99).toBeGreaterThanOrEqual(even.latencyMs.p50);
});

/** User and system time of a process, in the kernel's ticks (proc(5): the fourteenth and fifteenth field; the name before them is in parentheses). */
function ticksOf(pid: number): number {
  const [, fields = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return (user as number) + (system as number);
}

test.runIf(coresAreSeparate)(
  'a load with a core of its own never sleeps in a burst as fast as goes, and does at a rate',
  async () => {
    const order = { url: `${server.url}/slow`, connections: 1, seconds: 1 };
    const ticksDuring = async (burst: Parameters<Load['burst']>[0]) => {
      const before = ticksOf(load.pid);
      await load.burst(burst);
      return ticksOf(load.pid) - before;
    };
    const fast = await ticksDuring(order);
    const atRate = await ticksDuring({ ...order, rate: { perSecond: 5, spread: 'even' } });
    // An answer takes most of a burst: what is used besides is spent on waiting for it.
    expect(fast).toBeGreaterThan(2 * atRate + 20);
  },
);

test('bursts that overlap get their own results', async () => {
  const bursts = [1, 3].map((connections) => load.burst({ url: `${server.url}/`, connections, seconds: 0.3 }));
  const refused = load.burst({ url: `${server.url}/fails`, connections: 1, seconds: 0.2 });
  await expect(refused).rejects.toThrow(/fails failed/);
  for (const { failed, requests } of await Promise.all(bursts)) {
    expect(failed).toBe(0);
    expect(requests).toBeGreaterThan(0);
  }
});

test('requests that fail are an error, not a figure', async () => {
  await expect(load.burst({ url: `${server.url}/fails`, connections: 1, seconds: 0.2 })).rejects.toThrow(
    /^bench: \d+ requests to http:\/\/127\.0\.0\.1:\d+\/fails failed beside \d+ answers, expected none to fail$/,
  );
  await expect(load.burst({ url: 'http://127.0.0.1:1/', connections: 1, seconds: 0.2 })).rejects.toThrow(
    /^bench: \d+ requests to http:\/\/127\.0\.0\.1:1\/ failed beside 0 answers, expected none to fail$/,
  );
});

test('an order that autocannon refuses is an error, and the next burst works', async () => {
  await expect(load.burst({ url: `${server.url}/`, connections: -1, seconds: 0.2 })).rejects.toThrow(
    /^bench: no load can be made on http:.*: connections can not be less than 1$/,
  );
  await load.burst({ url: `${server.url}/`, connections: 1, seconds: 0.2 });
});

test('a load whose process dies within a burst is an error, not a wait without end', async () => {
  const dying = await Load.start();
  const burst = dying.burst({ url: `${server.url}/`, connections: 1, seconds: 60 });
  process.kill(dying.pid, 'SIGKILL');
  await expect(burst).rejects.toThrow('bench: load was ended by SIGKILL before it answered; it wrote nothing');
  await dying[Symbol.asyncDispose]();
  expect(isAlive(dying.pid)).toBe(false);
});
