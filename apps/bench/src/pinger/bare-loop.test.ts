import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { measureBareLoop } from './bare-loop.ts';

async function stage() {
  const cleanUp = new AsyncDisposableStack();
  onTestFinished(() => cleanUp.disposeAsync());
  return { cleanUp, signal: new AbortController().signal };
}

test('a loop that sends nothing is never early', { timeout: 60_000 }, async () => {
  const { p50, p99, cpuPerInstant } = await measureBareLoop(await stage(), { ratePerSecond: 10, seconds: 1 });
  expect(p50).toBeGreaterThanOrEqual(0);
  expect(p99).toBeGreaterThanOrEqual(p50);
  expect(cpuPerInstant).toBeGreaterThan(0);
});

test(
  'a loop with a URL requests it at each instant, each on a connection of its own',
  { timeout: 60_000 },
  async () => {
    let [requests, connections] = [0, 0];
    const server = createServer((_request, response) => {
      requests += 1;
      response.end('pong');
    }).on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`;
    await measureBareLoop(await stage(), { ratePerSecond: 100, seconds: 1, url });
    // A second of warm-up, then the one that counts; the last request may not have arrived.
    expect(requests).toBeGreaterThanOrEqual(199);
    expect(connections).toBe(requests);
  },
);

test('a loop whose request fails ends without figures', { timeout: 60_000 }, async () => {
  const url = 'http://127.0.0.1:1/';
  await expect(measureBareLoop(await stage(), { ratePerSecond: 100, seconds: 1, url })).rejects.toThrow(
    /^bench: the bare loop ended with 1 before it answered; its last output:[^]*ECONNREFUSED/,
  );
});
