import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { readTraceRequest } from './json.ts';
import { decodeTraceRequest } from './protobuf.ts';
import type { Span } from './span.ts';

/** Spans that are kept; the oldest go first. 10 pings per second with three spans each fill it in half an hour. */
const keptSpans = 60_000;

/** Receives traces over OTLP/HTTP, in protobuf or JSON, plain or gzipped, and keeps them in memory. */
export class OtlpSink {
  readonly #server: Server;
  #spans: Span[] = [];
  #received = 0;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  /** Listens on a loopback port, by default a free one, and returns the base address that exporters are told; also after a {@link close}. */
  async listen(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as { port: number }).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The port that it listens on, or listened on last. */
  get port(): number {
    return this.#port;
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** Spans ever received. */
  get received(): number {
    return this.#received;
  }

  spansOf(traceId: string): readonly Span[] {
    return this.#spans.filter((span) => span.traceId === traceId);
  }

  /** Ends every connection; spans that came stay. Closing twice does nothing. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/v1/traces') {
      response.writeHead(404).end();
      return;
    }
    try {
      const spans = await readSpans(request);
      this.#received += spans.length;
      this.#spans = [...this.#spans, ...spans].slice(-keptSpans);
      const type = request.headers['content-type'] ?? '';
      response.writeHead(200, { 'content-type': type }).end(isJson(type) ? '{}' : '');
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end((error as Error).message);
    }
  }
}

async function readSpans(request: IncomingMessage): Promise<readonly Span[]> {
  const gzipped = request.headers['content-encoding'] === 'gzip';
  const body = await buffer(gzipped ? request.pipe(createGunzip()) : request);
  return isJson(request.headers['content-type'] ?? '')
    ? readTraceRequest(body.toString('utf8'))
    : decodeTraceRequest(body);
}

function isJson(contentType: string): boolean {
  return contentType.startsWith('application/json');
}
