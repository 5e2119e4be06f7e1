import type { RequestOptions } from 'node:http';
import { context, isSpanContextValid, propagation, trace, TraceFlags } from '@opentelemetry/api';

/**
 * The HTTP instrumentation's `ignoreOutgoingRequestHook`: a request of a trace that isn't sampled gets its `traceparent`, which says so to the service, and
 * nothing else. The instrumentation would collect attributes and follow the request's events for a span that nobody will see, at a multiple of the cost.
 *
 * Edge: the parent in `traceparent` is the active span, not a client span that doesn't exist. A request outside any trace is left to the instrumentation:
 *       whether it starts a trace is for the sampler to say. A sampler that decides by parent or trace id alone, as those of the specification do, would
 *       not sample the client span either.
 */
export function propagateUnsampled(request: RequestOptions): boolean {
  const active = context.active();
  const spanContext = trace.getSpanContext(active);
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return false;
  if ((spanContext.traceFlags & TraceFlags.SAMPLED) !== 0 || Array.isArray(request.headers)) return false;
  request.headers = { ...request.headers };
  propagation.inject(active, request.headers);
  return true;
}
