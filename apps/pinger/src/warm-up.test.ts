import type { ClientRequest } from 'node:http';
import { Server } from 'node:net';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startHttpTarget, startRawTarget } from '../test/targets.ts';
import { createTransport } from './transport.ts';
import { warmUp } from './warm-up.ts';

/** Everything that this process asks for over HTTP until the end of the test. */
function observeRequests(): ClientRequest[] {
  const requests: ClientRequest[] = [];
  const keep = (message: unknown): void => void requests.push((message as { request: ClientRequest }).request);
  subscribe('http.client.request.start', keep);
  onTestFinished(() => void unsubscribe('http.client.request.start', keep));
  return requests;
}

async function startTarget() {
  let arrived = 0;
  const target = await startHttpTarget((_request, response) => {
    arrived += 1;
    response.end();
  });
  onTestFinished(() => target.close());
  return { url: target.url, arrived: () => arrived };
}

/** Where a request went, as its Host header says. */
const hostsOf = (requests: readonly ClientRequest[]): unknown[] => [
  ...new Set(requests.map((request) => request.getHeader('host'))),
];

test('pings a port of the process itself, and not the target', { timeout: 60_000 }, async () => {
  const requests = observeRequests();
  const target = await startTarget();
  const { pings } = await warmUp({ target: target.url, method: 'POST' });
  expect(target.arrived()).toBe(0);
  expect(pings).toBeGreaterThan(0);
  expect(requests.length).toBeGreaterThanOrEqual(pings);
  expect(new Set(requests.map(({ method, path }) => `${method} ${path}`))).toEqual(new Set(['POST /ping']));
  expect(hostsOf(requests)).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
});

test('closes its port before the first ping', { timeout: 60_000 }, async () => {
  const requests = observeRequests();
  await warmUp({ target: (await startTarget()).url, method: 'GET' });
  const send = createTransport({ target: `http://${String(hostsOf(requests)[0])}/`, timeoutMs: 20_000 });
  expect(await send(new AbortController().signal)).toMatchObject({ outcome: 'connection_refused' });
});

test(
  "looks a name up for each ping where the target's host is one, and leaves credentials out",
  { timeout: 60_000 },
  async () => {
    const requests = observeRequests();
    await warmUp({ target: 'http://user:secret@shop.invalid/ping?a=1', method: 'GET' });
    expect(hostsOf(requests)).toEqual([expect.stringMatching(/^localhost:\d+$/)]);
    expect(new Set(requests.map(({ path }) => path))).toEqual(new Set(['/ping?a=1']));
    expect(requests.filter((request) => request.hasHeader('authorization'))).toEqual([]);
  },
);

test('leaves the run to start cold where no port can be had', async () => {
  const requests = observeRequests();
  const { url, close } = await startRawTarget(() => undefined);
  onTestFinished(close);
  const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    queueMicrotask(() => this.emit('error', new Error('listen EACCES')));
    return this;
  });
  onTestFinished(() => void listen.mockRestore());
  expect(await warmUp({ target: url, method: 'GET' })).toEqual({ pings: 0 });
  expect(requests).toEqual([]);
});
