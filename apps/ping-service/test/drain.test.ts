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
  readonly count: number;
  /** Called when this many requests were sent. */
  readonly at: readonly [sent: number, act: () => void];
}

/** Sends requests at a constant rate of 200 per second, whether or not earlier ones were answered; counts the outcomes. */
async function load({ port, agent, count, at: [sentBefore, act] }: Load): Promise<Record<string, number>> {
  const answers: Promise<string>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < count; sent++) {
    if (sent === sentBefore) act();
    answers.push(request(port, agent));
    const early = start + sent * 5 - performance.now();
    if (early > 0) await sleep(early);
  }
  const outcomes: Record<string, number> = {};
  for (const outcome of await Promise.all(answers)) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  agent.destroy();
  return outcomes;
}

/** Loads two services behind a balancer and ends one of them in the middle. */
async function releaseUnderLoad(env: Record<string, string>, count: number) {
  const [ending, staying] = await Promise.all([startService(env), startService(env)]);
  services.push(ending, staying);
  const balancer = await RoundRobinBalancer.listen([ending.httpPort, staying.httpPort]);
  const endOne = () => {
    ending.process.terminate();
    setTimeout(() => balancer.remove(ending.httpPort), endpointRemovalMs);
  };
  const loads = [
    load({
      port: balancer.port,
      agent: new Agent({ keepAlive: true, scheduling: 'fifo' }),
      count,
      at: [Math.floor(count / 3), endOne],
    }),
    load({ port: balancer.port, agent: new Agent({ keepAlive: false }), count, at: [0, () => {}] }),
  ];
  const [keepAlive, fresh] = await Promise.all(loads);
  const end = await ending.process.ended();
  await balancer.close();
  return { keepAlive, fresh, exitCode: end.code, stderr: end.stderr, log: ending.process.log };
}

describe('one of two services ends under load', { timeout: 120_000 }, () => {
  test('with the drain no request of 2 × 2,000 fails, kept-alive or fresh, and the exit code is 0', async () => {
    const env = { PING_LATENCY: '100%20ms', DRAIN_DELAY: '2500ms', DRAIN_TIMEOUT: '5s' };
    const { keepAlive, fresh, exitCode, stderr, log } = await releaseUnderLoad(env, 2_000);
    expect({ keepAlive, fresh }).toEqual({ keepAlive: { ok: 2_000 }, fresh: { ok: 2_000 } });
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
    expect(ok + failed).toBe(300);
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
