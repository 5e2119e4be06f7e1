/** Serves the metrics of many pods, `/pods/<number>/metrics` each: `pods.js <scrape>` tells its parent the port when it is asked. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Growth } from './growth.ts';

const growth = new Growth(readFileSync(process.argv[2] ?? '', 'utf8'));
const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const startedAt = performance.now();

const server = createServer((_request, response) => {
  response.setHeader('content-type', contentType);
  response.end(growth.after((performance.now() - startedAt) / 1000));
});
const listening = once(server.listen(0, '127.0.0.1'), 'listening');
process.on('message', () => {
  void listening.then(() => process.send?.({ port: (server.address() as AddressInfo).port }));
});
process.once('disconnect', () => process.exit(0));
