import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Balancer } from './balancer.ts';
import { seededRandom } from './random.ts';

let balancer: Balancer;
let port: number;
const servers: Server[] = [];

beforeEach(async () => {
  balancer = new Balancer(seededRandom(7));
  port = await balancer.listen();
});

afterEach(async () => {
  await balancer.close();
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers each line with its name. */
async function addEndpoint(name: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', () => socket.write(`${name}\n`));
    socket.on('end', () => socket.end(`bye from ${name}\n`));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  balancer.add(name, { host: '127.0.0.1', port: (server.address() as { port: number }).port });
}

async function open(): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket.setEncoding('utf8');
}

async function ask(socket: Socket): Promise<string> {
  socket.write('who\n');
  const [answer] = (await once(socket, 'data')) as [string];
  return answer.trim();
}

async function askOnce(): Promise<string> {
  const socket = await open();
  const answer = await ask(socket);
  socket.destroy();
  return answer;
}

async function askOften(times: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < times; index++) {
    const name = await askOnce();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('the balancer', () => {
  it('draws an endpoint per connection, each about as often as the others, and counts them', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await addEndpoint(name);
    const counts = await askOften(200);
    // 40 expected of each, standard deviation 5.7: four of them are 23. The seed makes it the same each time.
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      expect(counts[name]).toBeGreaterThan(17);
      expect(balancer.connectionsOf(name)).toEqual({ own: counts[name], all: 200 });
    }
  });

  it('keeps a connection on its endpoint, also after that was removed, and sends new ones elsewhere', async () => {
    await addEndpoint('old');
    const socket = await open();
    expect(await ask(socket)).toBe('old');
    await addEndpoint('new');
    balancer.remove('old');
    expect(await askOften(10)).toEqual({ new: 10 });
    expect(await ask(socket)).toBe('old');
    expect([balancer.endpoints, balancer.connectionsOf('old')]).toEqual([['new'], undefined]);
    socket.destroy();
  });

  it('counts the connections of an endpoint since it was added', async () => {
    await addEndpoint('a');
    await askOften(3);
    await addEndpoint('b');
    expect(balancer.connectionsOf('b')).toEqual({ own: 0, all: 0 });
    balancer.remove('a');
    await askOften(2);
    expect(balancer.connectionsOf('b')).toEqual({ own: 2, all: 2 });
  });

  it('passes the end of a stream on and still brings the answer back', async () => {
    await addEndpoint('a');
    const socket = await open();
    socket.end();
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toBe('bye from a\n');
    await once(socket, 'end');
    socket.destroy();
  });

  it('resets a connection when there is no endpoint', async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  it('resets a connection whose endpoint refuses it', async () => {
    await addEndpoint('gone');
    const [server] = servers.splice(0);
    server?.close();
    await once(server as Server, 'close');
    const socket = connect({ port, host: '127.0.0.1' });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});

describe('a slow network', () => {
  it('adds its delay to each round trip once, whatever was sent, and loses nothing of it', async () => {
    await addEndpoint('a');
    balancer.delayMs = 200;
    const socket = await open();
    const startedAt = performance.now();
    for (let line = 0; line < 20; line++) socket.write('who\n');
    await ask(socket);
    const elapsed = performance.now() - startedAt;
    expect(elapsed).toBeGreaterThanOrEqual(199);
    // Twenty delays one after the other would take four seconds.
    expect(elapsed).toBeLessThan(3_000);
    socket.end();
    let rest = '';
    for await (const text of socket) rest += text as string;
    expect(rest).toMatch(/bye from a\n$/);
  });

  it('is felt by connections that are open, and is over when it is over', async () => {
    await addEndpoint('a');
    const socket = await open();
    await ask(socket);
    balancer.delayMs = 150;
    const startedAt = performance.now();
    await ask(socket);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(149);
    balancer.delayMs = 0;
    expect(await ask(socket)).toBe('a');
    socket.destroy();
  });
});
