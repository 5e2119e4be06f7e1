import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { DelayLine } from './delay-line.ts';
import { drawInteger, type Random } from './random.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * A Service as kube-proxy makes one: each new connection goes to an endpoint drawn at random, and stays there.
 *
 * Edge: without endpoints a connection is reset (kube-proxy refuses it); an endpoint that is removed keeps its open connections.
 */
export class Balancer {
  readonly #endpoints = new Map<string, { readonly endpoint: Endpoint; readonly totalBefore: number; own: number }>();
  readonly #sockets = new Set<Socket>();
  readonly #random: Random;
  readonly #server: Server;
  #total = 0;
  /** Milliseconds that the network adds to every round trip; connections that are open feel it, too. */
  delayMs = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#forward(client));
  }

  /** Listens on a free loopback port and returns it. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  get endpoints(): readonly string[] {
    return [...this.#endpoints.keys()];
  }

  add(name: string, endpoint: Endpoint): void {
    this.#endpoints.set(name, { endpoint, totalBefore: this.#total, own: 0 });
  }

  remove(name: string): void {
    this.#endpoints.delete(name);
  }

  /** Connections since it was added: its own, and those of all endpoints; `undefined` for one that isn't there. */
  connectionsOf(name: string): { own: number; all: number } | undefined {
    const entry = this.#endpoints.get(name);
    return entry && { own: entry.own, all: this.#total - entry.totalBefore };
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #forward(client: Socket): void {
    const endpoints = [...this.#endpoints.values()];
    this.#track(client);
    const drawn = endpoints[drawInteger(this.#random, endpoints.length)];
    if (!drawn) {
      client.resetAndDestroy();
      return;
    }
    this.#total++;
    drawn.own++;
    const upstream = connect({ ...drawn.endpoint, allowHalfOpen: true, noDelay: true });
    this.#track(upstream);
    // Half of the round trip each way.
    const delay = () => this.delayMs / 2;
    join(client, upstream, delay);
    join(upstream, client, delay);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Bytes and the end of the stream go on to the other side; an error becomes a reset there, as the network would show it. */
function join(from: Socket, to: Socket, delayMs: () => number): void {
  const line = new DelayLine(delayMs);
  from.pipe(line).pipe(to);
  from.on('error', () => to.resetAndDestroy());
  to.on('close', () => line.destroy());
  from.on('close', () => {
    if (from.readableEnded) return;
    line.destroy();
    if (!to.destroyed) to.destroy();
  });
}
