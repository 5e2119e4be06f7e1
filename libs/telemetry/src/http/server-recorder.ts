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
import { answerParserRefusal, answerTimeout, isParserRefusal, isTimeout } from './parser-errors.ts';

const requestStart = 'http.server.request.start';
const noLabels = {};
const methods = new Set<string>(knownMethods);

/** What the recorder notes on a request; no closure and no map per request. */
interface RecordedRequest extends IncomingMessage {
  observedStart?: number;
  observedRoute?: string | undefined;
  observedSpan?: SpanContext | undefined;
}

interface RecordedSocket extends Socket {
  /** The latest response on the connection. */
  observedResponse?: ServerResponse;
}

interface RequestStart {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly socket: RecordedSocket;
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

  /**
   * Node's `clientError`: counts and answers what the parser refused; a connection that broke is just dropped.
   *
   * Edge: a request whose body didn't come in time has a response already: it is answered with 408 and recorded like any other. When the parser fails behind
   *       a request in progress, that one is answered first, and the connection closes after it.
   */
  readonly refuse = (error: NodeJS.ErrnoException, socket: RecordedSocket): void => {
    if (!isParserRefusal(error)) {
      socket.destroy();
      return;
    }
    const response = socket.observedResponse;
    const isInProgress = response !== undefined && !response.writableFinished;
    if (isInProgress && isTimeout(error)) {
      answerTimeout(response);
      return;
    }
    this.#metrics.increment(serverParseErrors, {});
    if (isInProgress) response.shouldKeepAlive = false;
    else answerParserRefusal(error, socket);
  };

  readonly #onStart = (message: unknown): void => {
    const { request, response, socket, server } = message as RequestStart;
    if (server !== this.#server) return;
    request.observedStart = performance.now();
    socket.observedResponse = response;
    this.#metrics.inc(serverActiveRequests, noLabels);
    response.on('close', this.#onClose);
  };

  /** One listener for all responses: a `close` passes no argument, its emitter is the response. */
  readonly #onClose = closeListener((response) => this.#record(response));

  #record(response: ServerResponse): void {
    const request = response.req as RecordedRequest;
    const { method = otherMethod, observedRoute, observedSpan, observedStart = performance.now() } = request;
    this.#metrics.dec(serverActiveRequests, noLabels);
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

function closeListener(record: (response: ServerResponse) => void) {
  return function onClose(this: ServerResponse): void {
    record(this);
  };
}

function nameSpan(span: Span, method: string | undefined, route: string): void {
  span.updateName(`${method} ${route}`);
  span.setAttribute('http.route', route);
}
