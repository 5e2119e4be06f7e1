/** A target that answers pings after a while, takes spans, and keeps when each ping arrived. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { paths } from '@observed-rollouts/contract';

export type TargetQuestion =
  | { readonly question: number; readonly listen: { readonly latencyMs: number } }
  | { readonly question: number; readonly arrivals: true };

export type TargetAnswer =
  | { readonly question: number; readonly port: number }
  /** Milliseconds since the epoch, in order, of the pings since the last such answer. */
  | { readonly question: number; readonly instants: readonly number[] };

/** More than a burst of connections that a machine that stood still lets come at once. */
const backlog = 8_192;

let instants: number[] = [];
let latencyMs = 0;
const server = createServer((request, response) => {
  if (request.url !== paths.ping) {
    request.resume().on('end', () => response.end());
    return;
  }
  instants.push(performance.timeOrigin + performance.now());
  if (latencyMs === 0) response.end('pong');
  else setTimeout(() => response.end('pong'), latencyMs);
});

process.on('message', (message: TargetQuestion) => {
  const { question } = message;
  const send = (answer: TargetAnswer) => process.send?.(answer);
  if ('arrivals' in message) {
    send({ question, instants });
    instants = [];
    return;
  }
  ({ latencyMs } = message.listen);
  server.listen(0, '127.0.0.1', backlog, () => send({ question, port: (server.address() as AddressInfo).port }));
});
process.once('disconnect', () => process.exit(0));
