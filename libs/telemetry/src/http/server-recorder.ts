import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  clientClosedStatus,
  knownMethods,
  otherMethod,
  servedRoutes,
  serverActiveRequests,
  serverParseErrors,
  serverRequestDuration,
  unmatchedRoute,
  type Workload,
} from '@observed-rollouts/contract';
import { type Span, type SpanContext, trace } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import { answerParserRefusal, isParserRefusal } from './parser-errors.ts';

const requestStart = 'http.server.request.start';
const methods = new Set<string>(knownMethods);

/** What the recorder notes on a request; no closure and no map per request. */
interface RecordedRequest extends IncomingMessage {
  observedStart?: number;
  observedRoute?: string | undefined;
  observedSpan?: SpanContext | undefined;
}

interface RequestStart {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly server: Server;
}

/**
 * Records the requests of one server where every response is seen: from Node's own start event to the `close` of the response.
 * Interceptors and framework hooks miss refused URIs, time-outs and clients that leave.
 */
export class ServerRecorder {
  readonly #metrics: Metrics;
  readonly #definition: ReturnType<typeof serverRequestDuration>;
  #server: Server | undefined;

  constructor(metrics: Metrics, workload: Workload) {
    this.#metrics = metrics;
    this.#definition = serverRequestDuration(servedRoutes[workload]);
  }

  start(server: Server): void {
    this.#server = server;
    subscribe(requestStart, this.#onStart);
  }

  stop(): void {
    unsubscribe(requestStart, this.#onStart);
  }

  /** Fastify's `onRequest`: the only place where the route is known and the span is active. */
  readonly noteRoute = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    const raw = request.raw as RecordedRequest;
    raw.observedRoute = request.is404 ? undefined : request.routeOptions.url;
    const span = trace.getActiveSpan();
    if (span?.isRecording()) {
      raw.observedSpan = span.spanContext();
      if (raw.observedRoute !== undefined) nameSpan(span, raw.method, raw.observedRoute);
    }
    done();
  };

  /** Node's `clientError`: counts and answers what the parser refused; a connection that broke is just dropped. */
  readonly refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (!isParserRefusal(error)) {
      socket.destroy();
      return;
    }
    this.#metrics.increment(serverParseErrors, {});
    answerParserRefusal(error, socket);
  };

  readonly #onStart = (message: unknown): void => {
    const { request, response, server } = message as RequestStart;
    if (server !== this.#server) return;
    request.observedStart = performance.now();
    this.#metrics.inc(serverActiveRequests, {});
    response.on('close', this.#onClose);
  };

  /** One function for all responses; `this` would be the response, so the recorder is bound once and the response found by its listener. */
  readonly #onClose = createCloseListener((response) => this.#record(response));

  #record(response: ServerResponse): void {
    const request = response.req as RecordedRequest;
    const { method = otherMethod, observedRoute, observedSpan, observedStart = performance.now() } = request;
    this.#metrics.dec(serverActiveRequests, {});
    this.#metrics.observe(
      this.#definition,
      (performance.now() - observedStart) / 1000,
      {
        http_request_method: methods.has(method) ? method : otherMethod,
        http_route: observedRoute ?? unmatchedRoute,
        http_response_status_code: response.writableFinished ? `${response.statusCode}` : clientClosedStatus,
      },
      { spanContext: observedSpan },
    );
  }
}

/** `close` of a response passes no argument: the emitter itself is the response. */
function createCloseListener(record: (response: ServerResponse) => void) {
  return function onClose(this: ServerResponse): void {
    record(this);
  };
}

function nameSpan(span: Span, method: string | undefined, route: string): void {
  span.updateName(`${method} ${route}`);
  span.setAttribute('http.route', route);
}
