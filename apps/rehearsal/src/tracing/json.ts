import { z } from 'zod';
import { type AttributeValue, errorStatus, type Span, spanKind } from './span.ts';

const anyValue = z.looseObject({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
});
const attributes = z.array(z.object({ key: z.string(), value: anyValue })).default([]);
const nanoseconds = z.union([z.string(), z.number()]);
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  kind: z.number().default(0),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
});
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }).default({ attributes: [] }),
      scopeSpans: z.array(z.object({ spans: z.array(span).default([]) })).default([]),
    }),
  ),
});

/** Reads an `ExportTraceServiceRequest` in JSON. Errors: throws on anything else. */
export function readTraceRequest(text: string): readonly Span[] {
  return request.parse(JSON.parse(text)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const resourceAttributes = toRecord(resource.attributes);
    const service = `${resourceAttributes['service.name'] ?? ''}`;
    return scopeSpans.flatMap(({ spans }) => spans.map((entry) => toSpan(entry, service, resourceAttributes)));
  });
}

function toSpan(entry: z.infer<typeof span>, service: string, resource: Span['resource']): Span {
  return {
    traceId: entry.traceId,
    spanId: entry.spanId,
    ...(entry.parentSpanId === '' ? {} : { parentSpanId: entry.parentSpanId }),
    name: entry.name,
    service,
    kind: spanKind(entry.kind),
    startedAt: Number(entry.startTimeUnixNano) / 1e6,
    endedAt: Number(entry.endTimeUnixNano) / 1e6,
    isError: entry.status.code === errorStatus,
    attributes: toRecord(entry.attributes),
    resource,
  };
}

function toRecord(entries: z.infer<typeof attributes>): Record<string, AttributeValue> {
  return Object.fromEntries(
    entries.flatMap(({ key, value }) => {
      const scalar =
        value.stringValue ??
        value.boolValue ??
        value.doubleValue ??
        (value.intValue === undefined ? undefined : Number(value.intValue));
      return scalar === undefined ? [] : [[key, scalar] as const];
    }),
  );
}
