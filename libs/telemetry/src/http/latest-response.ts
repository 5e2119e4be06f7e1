import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const responseKey = Symbol('latest response of a connection');

interface ServerSocket extends Socket {
  [responseKey]?: ServerResponse;
}

export function setLatestResponse(socket: Socket, response: ServerResponse): void {
  (socket as ServerSocket)[responseKey] = response;
}

/** The response to the latest request of a connection, finished or not; `undefined` before the first. */
export function latestResponse(socket: Socket): ServerResponse | undefined {
  return (socket as ServerSocket)[responseKey];
}
