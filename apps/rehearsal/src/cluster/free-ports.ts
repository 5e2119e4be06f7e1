import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below the range that systems give out for outgoing connections: one of those could take a port before its process does. */
const firstPort = 15_000;
const portsPerBlock = 200;
const blocks = 85;

/**
 * Finds free loopback ports for processes that must be told their port.
 *
 * A process may bind its port seconds after it was told it. So that no other rehearsal, of this program or another one, is told the
 * same port meanwhile, each has a block of ports of its own: it is its block for as long as it listens on the block's first port.
 */
export class FreePorts {
  readonly #lock: Server;
  readonly #first: number;
  #given = 0;

  private constructor(lock: Server, first: number) {
    this.#lock = lock;
    this.#first = first;
  }

  /** Takes a block that nobody has. Errors: rejects when there is none. */
  static async reserve(): Promise<FreePorts> {
    const start = randomInt(blocks);
    for (let index = 0; index < blocks; index++) {
      const first = firstPort + ((start + index) % blocks) * portsPerBlock;
      const lock = await tryListen(first);
      if (lock) return new FreePorts(lock.unref(), first);
    }
    throw new Error(
      `ports: all ${blocks} blocks from ${firstPort} on are taken, expected a free one; end other rehearsals`,
    );
  }

  /** A port that was free just now; one that was given out before comes again only after all others. */
  async next(): Promise<number> {
    for (let tries = 1; tries < portsPerBlock; tries++) {
      const port = this.#first + 1 + (this.#given++ % (portsPerBlock - 1));
      const server = await tryListen(port);
      if (!server) continue;
      server.close();
      await once(server, 'close');
      return port;
    }
    throw new Error(`ports: ${this.#first} to ${this.#first + portsPerBlock - 1} are all in use, expected a free one`);
  }

  /** Gives the block back. */
  async close(): Promise<void> {
    if (!this.#lock.listening) return;
    this.#lock.close();
    await once(this.#lock, 'close');
  }
}

async function tryListen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
