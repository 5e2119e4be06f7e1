import { spanAttributes, spanNames } from '@observed-rollouts/contract';
import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { SendPing } from './loop.ts';
import { isFailure, type PingEnd } from './outcome.ts';
import type { SendRequest } from './transport.ts';

/**
 * Opens a trace per ping: the root span `ping` is active while the request is made, so that the request's client span, and through it the
 * service's server span, are its descendants.
 */
export function tracePings(send: SendRequest): SendPing {
  const tracer = trace.getTracer('@observed-rollouts/pinger');
  return (ping, abandoned) => {
    const attributes = {
      [spanAttributes.pingIndex]: ping.index,
      [spanAttributes.pingLag]: (ping.startedAtMs - ping.intendedAtMs) / 1000,
    };
    // A root: each ping is a trace of its own, whatever context the loop happens to run in.
    return tracer.startActiveSpan(spanNames.ping, { root: true, attributes }, async (span) => {
      try {
        const end = await send(abandoned);
        if (isFailure(end.outcome) && !abandoned.aborted) markFailed(span, end);
        return { ...end, spanContext: span.spanContext() };
      } finally {
        span.end();
      }
    });
  };
}

function markFailed(span: Span, { outcome, detail = '' }: PingEnd): void {
  span.setAttribute('error.type', outcome);
  span.setStatus({ code: SpanStatusCode.ERROR, message: detail });
}
