import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { ServerSpan, type ServerSpanOptions } from './server-span.ts';
import type { SpanAttributes } from './span-attributes.ts';

/** Starts the span of a request that is sampled, in a context with the parent that the request names, if any. */
export type StartServerSpan = (name: string, parent: Context, attributes: SpanAttributes) => Span;

/** The scope of the spans of servers. */
export const serverScope = '@observed-rollouts/telemetry';

/** Spans of our own, for a processor that writes spans when they end. */
export function ownServerSpans(
  ids: IdGenerator,
  options: Omit<ServerSpanOptions, 'instrumentationScope'>,
): StartServerSpan {
  const all = { ...options, instrumentationScope: { name: serverScope } };
  return (name, parent, attributes) => {
    const named = trace.getSpanContext(parent);
    const parentContext = named !== undefined && isSpanContextValid(named) ? named : undefined;
    const traceId = parentContext === undefined ? ids.generateTraceId() : parentContext.traceId;
    const spanContext: SpanContext = { traceId, spanId: ids.generateSpanId(), traceFlags: TraceFlags.SAMPLED };
    if (parentContext?.traceState) spanContext.traceState = parentContext.traceState;
    return new ServerSpan(name, spanContext, parentContext, attributes, all);
  };
}

/** Spans of the SDK, for any processor. */
export function sdkServerSpans(tracer: Tracer = trace.getTracer(serverScope)): StartServerSpan {
  const options = { kind: SpanKind.SERVER };
  return (name, parent, { entries }) => {
    const span = tracer.startSpan(name, options, parent);
    const attributes: Attributes = {};
    for (let index = 0; index < entries.length; index += 2) attributes[entries[index] as string] = entries[index + 1];
    return span.setAttributes(attributes);
  };
}
