import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../harness/free-port.ts';

/** How what should take the traces behaves: takes them, refuses connections, or takes connections and never answers. */
export type CollectorKind = 'up' | 'refused' | 'silent';

export interface Collector extends AsyncDisposable {
  readonly kind: CollectorKind;
  /** Base address for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
}

/** Starts a collector on loopback. */
export async function startCollector(kind: CollectorKind): Promise<Collector> {
  if (kind === 'refused') {
    return { kind, url: `http://127.0.0.1:${await freePort()}`, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const server = createServer((request, response) => {
    request.resume();
    if (kind === 'up') request.on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    kind,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
