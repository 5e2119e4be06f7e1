import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { workloads } from '@observed-rollouts/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StartError } from '../src/index.ts';
import { startSample } from './sample-workload.ts';

const occupant = createServer();
let occupied: number;
beforeEach(async () => {
  occupant.listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  occupied = (occupant.address() as AddressInfo).port;
});
afterEach(() => once(occupant.close(), 'close'));

const settings = {
  host: '127.0.0.1',
  httpPort: 0,
  metricsPort: 0,
  version: 'dev',
  logLevel: 'info',
  drainDelayMs: 60_000,
  drainTimeoutMs: 60_000,
} as const;

function inUse(variable: string, example: string): StartError {
  return new StartError(
    `${variable}: port ${occupied} of 127.0.0.1 is in use, got ${occupied}, expected a free port, e.g. ${variable}=${example}; stop the process that listens there or take another port`,
  );
}

test('a request port in use is named with its variable, and nothing keeps running or drains', async () => {
  await expect(startSample({ settings: { ...settings, httpPort: occupied } })).rejects.toEqual(
    inUse('HTTP_PORT', '8080'),
  );
});

test('a metrics port in use is named with its variable', async () => {
  await expect(startSample({ settings: { ...settings, metricsPort: occupied } })).rejects.toEqual(
    inUse('METRICS_PORT', '9464'),
  );
});

test('an address of another machine is named with its variable', async () => {
  await expect(startSample({ settings: { ...settings, host: '192.0.2.1' } })).rejects.toEqual(
    new StartError(
      `HTTP_HOST: this machine doesn't have the address, got "192.0.2.1", expected one of its addresses, e.g. HTTP_HOST=127.0.0.1`,
    ),
  );
});

test('a process label without a value is a defect that the start reports', async () => {
  await expect(startSample({ workload: workloads.pinger })).rejects.toThrow(
    'startWorkload: metric http_client_request_duration_seconds has no value for its process label server_address; pass it in processLabels',
  );
});

test('after a shutdown the next workload of the process starts with fresh metrics', async () => {
  for (const processLabels of [{ server_address: 'first' }, { server_address: 'second' }]) {
    const running = await startSample({ workload: workloads.pinger, processLabels });
    const body = await (await fetch(`http://127.0.0.1:${running.metricsPort}/metrics`)).text();
    const addresses = new Set([...body.matchAll(/server_address="(.*?)"/g)].map(([, address]) => address));
    expect([...addresses]).toEqual([processLabels.server_address]);
    await running.close();
  }
});

test('a shutdown leaves no signal listener behind', async () => {
  const listeners = () => [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
  const before = listeners();
  const running = await startSample();
  expect(listeners()).not.toEqual(before);
  await running.close();
  expect(listeners()).toEqual(before);
});
