import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { makeEvenLoad } from '../src/harness/even-load.ts';

/** @param answer called with each request's number, from 1. */
async function listen(answer: (request: number, response: ServerResponse) => void): Promise<string> {
  let requests = 0;
  const server = createServer((_request, response) => answer(++requests, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('requests go on while earlier ones are not answered, and wait for a connection within their latency', async () => {
  const held: ServerResponse[] = [];
  const url = await listen((request, response) => {
    // The first two hold both connections until the last request is due.
    if (request <= 2) held.push(response);
    else response.end();
  });
  const load = makeEvenLoad({ url, connections: 2, seconds: 0.2, perSecond: 100 });
  const timer = setTimeout(() => held.forEach((response) => response.end()), 2_000);
  onTestFinished(() => clearTimeout(timer));
  const { latenciesMs, failed, seconds } = await load;
  expect({ answers: latenciesMs.length, failed }).toEqual({ answers: 20, failed: 0 });
  expect(seconds).toBeGreaterThan(1.9);
  // All are due within 190 ms, and none is answered in the first 1.9 s.
  expect(Math.min(...latenciesMs)).toBeGreaterThan(500);
});

test('answers that are not 2xx, and requests without one, are counted as failed', async () => {
  const url = await listen((request, response) => {
    if (request % 4 === 0) response.destroy();
    else response.writeHead(request % 4 === 1 ? 503 : 200).end();
  });
  const { latenciesMs, failed } = await makeEvenLoad({ url, connections: 4, seconds: 0.1, perSecond: 200 });
  expect({ answers: latenciesMs.length, failed }).toEqual({ answers: 10, failed: 10 });
});
