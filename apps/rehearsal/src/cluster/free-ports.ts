import { once } from 'node:events';
import { createServer } from 'node:net';

/** Finds free loopback ports for processes that must be told their port; no port is given out twice by the same instance. */
export class FreePorts {
  readonly #given = new Set<number>();

  async next(): Promise<number> {
    for (;;) {
      const port = await freePort();
      if (this.#given.has(port)) continue;
      this.#given.add(port);
      return port;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
