import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_HTTP_RESPONSE_STATUS_CODE } from '@opentelemetry/semantic-conventions';
import { requestAttributes } from './request-attributes.ts';
import { ContextWithSpan, requestContext, setRequestContext } from './request-context.ts';
import type { EarlySampling } from './sampling.ts';
import type { StartServerSpan } from './server-span-start.ts';

const requestStart = 'http.server.request.start';

/**
 * The spans of every request that a server of this process gets, from Node's own start event to the `close` of the response.
 *
 * They say what those of OpenTelemetry's HTTP instrumentation say, at a fraction of its cost: that one replaces `emit` of every server, methods of every
 * request and response, and computes durations that nobody records. This adds one or two listeners to the responses of sampled requests, nothing to others.
 *
 * Edge: a span that was started here becomes active where {@link requestContext} is entered, for the workload's server in its `onRequest` hook.
 */
export class ServerSpans {
  readonly #sampling: EarlySampling;
  readonly #startSpan: StartServerSpan;

  constructor(sampling: EarlySampling, startSpan: StartServerSpan) {
    this.#sampling = sampling;
    this.#startSpan = startSpan;
  }

  start(): void {
    subscribe(requestStart, this.#onStart);
  }

  stop(): void {
    unsubscribe(requestStart, this.#onStart);
  }

  readonly #onStart = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    askForPeer(request.socket);
    const parent = this.#sampling.parentOf(request);
    if (parent === undefined) {
      setRequestContext(request, undefined);
      return;
    }
    const span = this.#startSpan(request.method ?? 'GET', parent, requestAttributes(request));
    setRequestContext(request, new ContextWithSpan(parent, span));
    response.on('close', endSpan);
    response.on(errorMonitor, failSpan);
  };
}

/**
 * Node keeps the peer's address in a property that it adds to a socket when it is first asked for. Asked for sampled requests only, sockets would get it at
 * different times and so have different hidden classes, and everything that Node compiled for the sockets of a server would be thrown away and slower after.
 */
function askForPeer(socket: Socket): void {
  void socket.remoteAddress;
}

/** One listener for all responses: its emitter is the response. */
function endSpan(this: ServerResponse): void {
  const span = spanOf(this);
  const { statusCode } = this;
  span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
  if (statusCode >= 500) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute(ATTR_ERROR_TYPE, `${statusCode}`);
  }
  span.end();
}

/** A response that failed itself, which says more than its status; its `close` comes later and finds it ended. */
function failSpan(this: ServerResponse, error: Error): void {
  const span = spanOf(this);
  this.off('close', endSpan);
  this.off(errorMonitor, failSpan);
  span.setAttribute(ATTR_ERROR_TYPE, error.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.recordException(error);
  span.end();
}

function spanOf(response: ServerResponse): Span {
  return trace.getSpan(requestContext(response.req) ?? ROOT_CONTEXT) as Span;
}
