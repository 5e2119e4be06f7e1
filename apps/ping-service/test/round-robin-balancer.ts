import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Spreads connections, not requests, over backends in turn, as a Service's proxy does; knows nothing of HTTP. */
export class RoundRobinBalancer {
  readonly #server: Server;
  #backends: readonly number[];
  #next = 0;
  readonly #clients = new Set<Socket>();

  private constructor(backendPorts: readonly number[]) {
    this.#backends = backendPorts;
    this.#server = createServer((client) => this.#forward(client));
  }

  static async listen(backendPorts: readonly number[]): Promise<RoundRobinBalancer> {
    const balancer = new RoundRobinBalancer(backendPorts);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends no new connection to a backend; those that are open stay. */
  remove(backendPort: number): void {
    this.#backends = this.#backends.filter((port) => port !== backendPort);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await once(this.#server.close(), 'close');
  }

  #forward(client: Socket): void {
    const backend = connect(this.#backends[this.#next++ % this.#backends.length] as number, '127.0.0.1');
    // A reset on one side is a reset on the other: the client must see what the backend did.
    client.on('error', () => backend.destroy());
    backend.on('error', () => client.resetAndDestroy());
    this.#clients.add(client);
    client.on('close', () => {
      this.#clients.delete(client);
      backend.destroy();
    });
    client.pipe(backend).pipe(client);
  }
}
