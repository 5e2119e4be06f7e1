import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server on a loopback port of its own. */
export interface Target {
  readonly url: string;
  /** Connections that were accepted so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Answers HTTP. */
export function startHttpTarget(listener: RequestListener): Promise<Target> {
  return listen(createHttpServer(listener));
}

/** Speaks whatever the caller writes to the bare socket once the request has arrived. */
export function startRawTarget(onRequest: (socket: Socket) => void): Promise<Target> {
  return listen(createServer((socket) => socket.once('data', () => onRequest(socket))));
}

/** A URL whose port was free a moment ago: connections are refused. */
export async function findRefusingUrl(): Promise<string> {
  const target = await startRawTarget(() => undefined);
  await target.close();
  return target.url;
}

async function listen(server: Server): Promise<Target> {
  let connections = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
