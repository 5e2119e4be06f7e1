import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { RoundRobinBalancer } from './round-robin-balancer.ts';
import { type RunningService, startService } from './service-process.ts';

const services: RunningService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.process.kill()));
});

/** Time from SIGTERM until the balancer sends no new connection to the pod, as an endpoint's removal takes in a cluster. */
const endpointRemovalMs = 700;

/** Resolves with 'ok', the status of a failure, or the code of an error. */
function request(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path: '/ping', agent }, (response) => {
      response.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`));
      response.on('end', () => resolve(response.statusCode === 200 ? 'ok' : `${response.statusCode}`));
      response.resume();
    }).on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`));
  });
}

interface Load {
  readonly port: number;
  readonly agent: Agent;
  readonly atLeast: number;
  /** Resolves when the load may end. */
  readonly until: Promise<unknown>;
  /** Called with each number of requests sent. */
  readonly onSent?: (sent: number) => void;
}

/** Keeps 8 requests in flight until both the number and the event are reached; counts the outcomes. */
async function load({ port, agent, atLeast, until, onSent = () => {} }: Load): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  let sent = 0;
  let mayEnd = false;
  void until.then(() => (mayEnd = true));
  const work = async () => {
    while (sent < atLeast || !mayEnd) {
      onSent(++sent);
      const outcome = await request(port, agent);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  agent.destroy();
  return outcomes;
}

/** Loads two services behind a balancer, ends one of them in the middle, and goes on until it has ended and the balancer knows. */
async function releaseUnderLoad(env: Record<string, string>, atLeast: number) {
  const [ending, staying] = await Promise.all([startService(env), startService(env)]);
  services.push(ending, staying);
  const balancer = await RoundRobinBalancer.listen([ending.httpPort, staying.httpPort]);
  const removed = ending.process
    .logged('draining: readiness is off, requests are served')
    .then(() => sleep(endpointRemovalMs))
    .then(() => balancer.remove(ending.httpPort));
  const until = Promise.all([ending.process.ended(), removed]);
  const shared = { port: balancer.port, atLeast, until };
  const endOne = (sent: number) => sent === Math.floor(atLeast / 4) && ending.process.terminate();
  const [keepAlive, fresh] = await Promise.all([
    load({ ...shared, agent: new Agent({ keepAlive: true, scheduling: 'fifo' }), onSent: endOne }),
    load({ ...shared, agent: new Agent({ keepAlive: false }) }),
  ]);
  const end = await ending.process.ended();
  await balancer.close();
  return { keepAlive, fresh, exitCode: end.code, stderr: end.stderr, log: ending.process.log };
}

describe('one of two services ends under load', { timeout: 120_000 }, () => {
  test('with the drain no request of 2 × 2,000 fails, kept-alive or fresh, and the exit code is 0', async () => {
    const env = { PING_LATENCY: '100%20ms', DRAIN_DELAY: '4s', DRAIN_TIMEOUT: '10s' };
    const { keepAlive, fresh, exitCode, stderr, log } = await releaseUnderLoad(env, 2_000);
    expect([Object.keys(keepAlive), Object.keys(fresh)]).toEqual([['ok'], ['ok']]);
    expect(Math.min(keepAlive['ok'] ?? 0, fresh['ok'] ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(log.map(({ msg }) => msg)).toEqual([
      'listening',
      'draining: readiness is off, requests are served',
      'draining: connections close with their next answer',
      'drained: the server closes',
    ]);
  });

  test('without the drain some fail: the load can see it', async () => {
    const env = { PING_LATENCY: '100%20ms', DRAIN_DELAY: '0ms', DRAIN_TIMEOUT: '0ms' };
    const { fresh = {} } = await releaseUnderLoad(env, 300);
    const { ok = 0, ...failures } = fresh;
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
    expect(ok).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
    expect(ok + failed).toBeGreaterThanOrEqual(300);
  });
});

test('ctrl-C drains too, a second one ends the process at once', async () => {
  const service = await startService({ DRAIN_DELAY: '1m' });
  services.push(service);
  service.process.interrupt();
  await service.process.logged('draining: readiness is off, requests are served');
  const readiness = await fetch(`${service.url}/readyz`);
  expect(await readiness.json()).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The process is draining.',
  });
  service.process.interrupt();
  expect((await service.process.ended()).code).toBe(130);
});
