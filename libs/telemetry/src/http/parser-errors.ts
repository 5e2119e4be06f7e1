import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemMediaType } from '@observed-rollouts/contract';
import { problemDetails } from './problem.ts';

/** Statuses of what Node's HTTP parser refuses; anything else is 400. */
const statusByCode: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Whether the parser refused what the client sent, as opposed to a connection that broke. */
export function isParserRefusal({ code }: NodeJS.ErrnoException): boolean {
  return code !== undefined && (code.startsWith('HPE_') || code in statusByCode);
}

/** Answers a request that never became one, and closes the connection: what follows on it can't be understood. */
export function answerParserRefusal(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusByCode[error.code ?? ''] ?? 400;
  const body = JSON.stringify(problemDetails(status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
