import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemMediaType } from '@observed-rollouts/contract';
import { problemDetails } from './problem.ts';

/** Statuses of what Node's HTTP parser refuses; anything else is 400. */
const statusByCode: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Whether a request didn't arrive in time. */
export function isTimeout({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

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

/** Answers a request whose body didn't arrive in time, unless its answer has begun. */
export function answerTimeout(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else writeProblem(response, 408);
}

/** Answers a request that asks for something of the connection that nobody offers (`Expect`), before any route sees it. */
export function answerExpectation(_request: unknown, response: ServerResponse): void {
  writeProblem(response, 417);
}

function writeProblem(response: ServerResponse, status: number): void {
  const body = JSON.stringify(problemDetails(status));
  const length = Buffer.byteLength(body);
  response.writeHead(status, { Connection: 'close', 'Content-Type': problemMediaType, 'Content-Length': length });
  response.end(body);
}
