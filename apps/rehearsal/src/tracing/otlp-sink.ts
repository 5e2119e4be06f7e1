import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { otlp } from '@observed-rollouts/contract';
import { readTraceRequest } from './json.ts';
import { decodeTraceRequest } from './protobuf.ts';
import type { Span } from './span.ts';
import type { TraceRequest } from './tempo.ts';

/** Spans that are kept; the oldest go first. 10 pings per second with three spans each fill it in half an hour. */
const keptSpans = 60_000;

/** Receives traces over OTLP/HTTP, in protobuf or JSON, plain or gzipped, and keeps them in memory. */
export class OtlpSink {
  readonly #server: Server;
  readonly #forward: (request: TraceRequest) => void;
  #spans: Span[] = [];
  #received = 0;
  #port = 0;

  /** @param forward gets every request that was understood, as it came. */
  constructor(forward: (request: TraceRequest) => void = () => undefined) {
    this.#forward = forward;
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
    if (request.method !== 'POST' || request.url !== otlp.tracesPath) {
      response.writeHead(404).end();
      return;
    }
    try {
      const { 'content-type': contentType = '', 'content-encoding': contentEncoding = '' } = request.headers;
      const body = await buffer(request);
      const traces = { body, contentType, contentEncoding };
      const spans = readSpans(traces);
      this.#forward(traces);
      this.#received += spans.length;
      this.#spans = [...this.#spans, ...spans].slice(-keptSpans);
      response.writeHead(200, { 'content-type': contentType }).end(isJson(contentType) ? '{}' : '');
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end((error as Error).message);
    }
  }
}

/** Errors: throws on a body that isn't one. */
function readSpans({ body, contentType, contentEncoding }: TraceRequest): readonly Span[] {
  const bytes = contentEncoding === 'gzip' ? gunzipSync(body) : Buffer.from(body);
  return isJson(contentType) ? readTraceRequest(bytes.toString('utf8')) : decodeTraceRequest(bytes);
}

function isJson(contentType: string): boolean {
  return contentType.startsWith('application/json');
}
