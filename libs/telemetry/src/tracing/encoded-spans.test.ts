import { type AttributeValue, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { EncodingProcessor, encodeRequest } from './encoded-spans.ts';

/** Keeps what it gets, in place of a processor of batches. */
class Ended implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const remoteParent = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
  traceState: new TraceState('vendor=1,other=2'),
});

const values: Readonly<Record<string, unknown>> = {
  text: 'plain',
  empty: '',
  'not ASCII': 'naïve – 漢字 𝄞',
  'of 127 bytes': 'x'.repeat(127),
  'of 128 bytes': 'x'.repeat(128),
  'of many bytes': 'é'.repeat(20_000),
  zero: 0,
  'negative zero': -0,
  port: 65_535,
  'of 32 bits': 2 ** 32 - 1,
  'of 33 bits': 2 ** 32,
  'largest safe': Number.MAX_SAFE_INTEGER,
  'beyond 64 bits': 2 ** 63,
  negative: -1,
  'smallest of 64 bits': -(2 ** 63),
  fraction: 0.1,
  infinite: -Infinity,
  'not a number': NaN,
  true: true,
  false: false,
  texts: ['a', 'b'],
  numbers: [1, -2, 0.5],
  'no items': [],
  bytes: new Uint8Array([0, 127, 255]),
  nested: { list: [1, { deep: 'é' }], flag: true },
  nothing: null,
};

/** Spans of every shape that the SDK makes, of two scopes, whose order is mixed. */
function endSpans(processor: SpanProcessor): void {
  const resource = resourceFromAttributes({ 'service.name': 'test', 'process.pid': 1, list: ['a'] });
  const provider = new TracerProvider({ resource, spanProcessors: [processor], spanLimits: { eventCountLimit: 2 } });
  const first = provider.getTracer('first', '1.2.3', { schemaUrl: 'https://schemas.test/1' });
  const second = provider.getTracer('second');
  for (const [key, value] of Object.entries(values)) {
    first
      .startSpan(`GET /${key}`, { kind: SpanKind.SERVER })
      .setAttribute(key, value as AttributeValue)
      .end();
  }
  for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    second.startSpan('', { kind, attributes: values as Record<string, AttributeValue> }, remoteParent).end();
  }
  const full = first.startSpan('full', { startTime: [1_700_000_000, 999_999_999], root: true });
  full.setStatus({ code: SpanStatusCode.ERROR, message: 'it failed' });
  full.recordException(new Error('first'));
  full.addEvent('second', { a: 1 }, [1_700_000_001, 1]).addEvent('third');
  full.addLink({ context: trace.getSpanContext(remoteParent)!, attributes: { why: 'because' } });
  full.addLink({ context: { traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceFlags: TraceFlags.NONE } });
  full.end([1_700_000_002, 0]);
  second.startSpan('ok').setStatus({ code: SpanStatusCode.OK }).end();
}

function endedSpans(): ReadableSpan[] {
  const ended = new Ended();
  endSpans(ended);
  return ended.spans;
}

test("the request is that of OpenTelemetry's own serializer, byte for byte", () => {
  const spans = endedSpans();
  expect(spans).toHaveLength(Object.keys(values).length + 7);
  const expected = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);
  expect(Buffer.from(encodeRequest(spans)).equals(expected)).toBe(true);
});

test.each(endedSpans().map((span) => [`${span.name} (${span.kind})`, span] as const))(
  'a request with %s alone',
  (_, span) => {
    const expected = Buffer.from(ProtobufTraceSerializer.serializeRequest([span])!);
    expect(Buffer.from(encodeRequest([span]))).toEqual(expected);
  },
);

test('spans that were written when they ended make the same request, however many arrays they fill', () => {
  const plain = new Ended();
  const written = new Ended();
  const encoding = new EncodingProcessor(written);
  const both = {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => {
      plain.onEnd(span);
      encoding.onEnd(span);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  endSpans(both);
  endSpans({ ...both, onEnd: (span) => both.onEnd(Object.assign(span, { resource: plain.spans[0]?.resource })) });
  expect(written.spans).toHaveLength(plain.spans.length);
  const expected = Buffer.from(ProtobufTraceSerializer.serializeRequest(plain.spans)!);
  expect(Buffer.from(encodeRequest(written.spans)).equals(expected)).toBe(true);
});

test('a span that is recorded but not sampled is not exported', () => {
  const written = new Ended();
  const span = endedSpans()[0]!;
  const unsampled = { ...span.spanContext(), traceFlags: TraceFlags.NONE };
  new EncodingProcessor(written).onEnd(Object.assign(span, { spanContext: () => unsampled }));
  expect(written.spans).toEqual([]);
});
