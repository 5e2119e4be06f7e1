import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  clientClosedStatus,
  otherMethod,
  serverActiveRequests,
  serverParseErrors,
  unmatchedRoute,
  type Workload,
} from '@observed-rollouts/contract';
import { type Context, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { ATTR_HTTP_ROUTE } from '@opentelemetry/semantic-conventions';
import type { FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import { requestContext } from '../tracing/request-context.ts';
import { latestResponse, setLatestResponse } from './latest-response.ts';
import { missingHost } from './server-options.ts';
import { RequestDurations } from './request-durations.ts';
import { answerParserRefusal, answerTimeout, isParserRefusal, isTimeout } from './parser-errors.ts';

const requestStart = 'http.server.request.start';
const closedStatus = Number(clientClosedStatus);

/** What the recorder notes on a request; no closure and no map per request. */
interface RecordedRequest extends IncomingMessage {
  observedStart?: number;
  observedRoute?: string | undefined;
}

interface RequestStart {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

/**
 * Records the requests of one server where every response is seen: from Node's own start event to the `close` of the response.
 * Interceptors and framework hooks miss refused URIs, time-outs and clients that leave.
 */
export class ServerRecorder {
  readonly #metrics: Metrics;
  readonly #durations: RequestDurations;
  #server: Server | undefined;
  #active = 0;

  constructor(metrics: Metrics, workload: Workload) {
    this.#metrics = metrics;
    this.#durations = new RequestDurations(metrics, workload);
  }

  start(server: Server): void {
    this.#server = server;
    this.#metrics.follow(serverActiveRequests, () => this.#active);
    subscribe(requestStart, this.#onStart);
  }

  stop(): void {
    unsubscribe(requestStart, this.#onStart);
  }

  /** Fastify's `onRequest`, the first of them: the only place where the route is known; all that follows runs in the context of the request. */
  readonly enterRequest = (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void => {
    const raw = request.raw as RecordedRequest;
    raw.observedRoute = request.is404 ? undefined : request.routeOptions.url;
    const active = requestContext(raw);
    const refusal = missingHost(raw);
    if (active === undefined) {
      done(refusal);
      return;
    }
    if (raw.observedRoute !== undefined) nameSpan(active, raw.method, raw.observedRoute);
    // The listeners that read a body are called by the connection, not by what follows here.
    if ('content-length' in raw.headers || 'transfer-encoding' in raw.headers) context.bind(active, raw);
    context.with(active, done, undefined, refusal);
  };

  /**
   * Node's `clientError`: counts and answers what the parser refused; a connection that broke is just dropped.
   *
   * Edge: a request whose body didn't come in time has a response already: it is answered with 408 and recorded like any other. When the parser fails behind
   *       a request in progress, that one is answered first, and the connection closes after it.
   */
  readonly refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (!isParserRefusal(error)) {
      socket.destroy();
      return;
    }
    const response = latestResponse(socket);
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
    setLatestResponse(socket, response);
    this.#active++;
    response.on('close', this.#onClose);
  };

  /** One listener for all responses: a `close` passes no argument, its emitter is the response. */
  readonly #onClose = closeListener((response) => this.#record(response));

  #record(response: ServerResponse): void {
    const request = response.req as RecordedRequest;
    const { observedStart = performance.now() } = request;
    const status = response.writableFinished ? response.statusCode : closedStatus;
    this.#active--;
    this.#durations.of(
      request.method ?? otherMethod,
      request.observedRoute ?? unmatchedRoute,
      status,
    )((performance.now() - observedStart) / 1000, trace.getSpanContext(requestContext(request) ?? ROOT_CONTEXT));
  }
}

function closeListener(record: (response: ServerResponse) => void) {
  return function onClose(this: ServerResponse): void {
    record(this);
  };
}

function nameSpan(active: Context, method: string | undefined, route: string): void {
  const span = trace.getSpan(active);
  if (!span?.isRecording()) return;
  span.updateName(`${method} ${route}`);
  span.setAttribute(ATTR_HTTP_ROUTE, route);
}
