import {
  type Attributes,
  type AttributeValue,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, type SpanLimits, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeRequest } from './encoded-spans.ts';
import { ownServerSpans, sdkServerSpans, serverScope } from './server-span-start.ts';
import { SpanAttributes } from './span-attributes.ts';
import type { WritableSpan } from './span-protobuf.ts';

const warn = vi.fn();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_700_000_000_123 });
  diag.setLogger(
    { error: warn, warn, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
});
afterEach(() => {
  vi.useRealTimers();
  diag.disable();
  warn.mockClear();
});

const unlimited = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};
const ids = { generateTraceId: () => '0af7651916cd43dd8448eb211c80319c', generateSpanId: () => 'b7ad6b7169203331' };
const resource = resourceFromAttributes({ 'service.name': 'test' });
const linked = { traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceFlags: TraceFlags.SAMPLED };

type Script = (span: Span) => void;

/** What becomes of a span of ours and of one of the SDK when the same is done to both. */
function outcomes(
  script: Script,
  changes: Partial<SpanLimits> = {},
  parent = ROOT_CONTEXT,
): { ours: Buffer; theirs: Buffer } {
  const limits = { ...unlimited, ...changes };
  const start = () => new SpanAttributes(['http.request.method', 'GET', 'server.port', 80, 'url.path', '/ping']);
  const ended: WritableSpan[] = [];
  const onEnd = (span: WritableSpan) => void ended.push(span);
  const processor = { onStart: () => {}, onEnd, forceFlush: async () => {}, shutdown: async () => {} };
  const provider = new TracerProvider({ resource, idGenerator: ids, spanLimits: limits, spanProcessors: [processor] });
  const startTheirs = sdkServerSpans(provider.getTracer(serverScope));
  for (const startSpan of [ownServerSpans(ids, { resource, limits, onEnd }), startTheirs]) {
    vi.setSystemTime(1_700_000_000_123);
    const span = startSpan('GET', parent, start());
    script(span);
    if (span.isRecording()) span.end();
  }
  const [ours, theirs] = ended.map((span) => Buffer.from(encodeRequest([span as unknown as ReadableSpan])));
  return { ours: ours as Buffer, theirs: theirs as Buffer };
}

const manyValues = {
  text: 'x',
  count: 1,
  flag: false,
  list: ['abcdef'],
  map: { a: 'abcdef' },
  no: undefined,
} as Attributes;

const scripts: readonly (readonly [string, Script])[] = [
  ['nothing', () => {}],
  ['a new name', (span) => span.updateName('GET /ping')],
  ['attributes of every kind', (span) => span.setAttributes(manyValues)],
  [
    'a value that is replaced',
    (span) => span.setAttribute('url.path', '/other').setAttribute('text', 1).setAttribute('text', 'y'),
  ],
  [
    'values and keys that are refused',
    (span) => span.setAttribute('', 'x').setAttribute('f', (() => {}) as unknown as AttributeValue),
  ],
  ['an error', (span) => span.setStatus({ code: SpanStatusCode.ERROR, message: 'it failed' })],
  [
    'a status that stays',
    (span) => span.setStatus({ code: SpanStatusCode.OK }).setStatus({ code: SpanStatusCode.ERROR }),
  ],
  [
    'a status that is none',
    (span) => span.setStatus({ code: SpanStatusCode.ERROR }).setStatus({ code: SpanStatusCode.UNSET }),
  ],
  [
    'events',
    (span) =>
      span.addEvent('a').addEvent('b', manyValues).addEvent('c', [1, 2]).addEvent('d', { a: 1 }, new Date(5_000)),
  ],
  [
    'exceptions',
    (span) => {
      span.recordException('a text');
      span.recordException({ name: 'Error', message: 'm', stack: 's' });
      span.recordException({ code: 'ECONNRESET', message: 'm' }, 1_700_000_000_200);
      span.recordException({} as Error);
    },
  ],
  ['links', (span) => span.addLink({ context: linked, attributes: manyValues }).addLinks([{ context: linked }])],
  [
    'an end after a while',
    (span) => {
      vi.advanceTimersByTime(1_234);
      span.addEvent('later');
      span.end();
    },
  ],
  ['an end at a time', (span) => span.end([1_700_000_001, 5])],
  ['an end at a date', (span) => span.end(new Date(1_700_000_001_000))],
  ['an end at milliseconds', (span) => span.end(1_700_000_001_000.5)],
  [
    'an end by the monotonic clock',
    (span) => {
      vi.advanceTimersByTime(50);
      span.end(performance.now() - 10);
    },
  ],
  ['an end before the start', (span) => span.end(new Date(0))],
  [
    'changes after the end',
    (span) => {
      span.end();
      span
        .setAttribute('late', 1)
        .updateName('late')
        .addEvent('late')
        .addLink({ context: linked })
        .setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  ],
];

test.each(scripts)('what is exported is that of a span of the SDK: %s', (_, script) => {
  const { ours, theirs } = outcomes(script);
  expect(ours).toEqual(theirs);
});

const all: Script = (span) => {
  for (const [, script] of scripts.slice(0, -7)) script(span);
};

test.each<Partial<SpanLimits>>([
  { attributeCountLimit: 2 },
  { attributeCountLimit: 5 },
  { attributeValueLengthLimit: 2 },
  { eventCountLimit: 2 },
  { eventCountLimit: 0 },
  { linkCountLimit: 1 },
  { linkCountLimit: 0 },
  { attributePerEventCountLimit: 1 },
  { attributePerLinkCountLimit: 1 },
])('limits hold as for a span of the SDK: %o', (limits) => {
  const { ours, theirs } = outcomes(all, limits);
  expect(ours).toEqual(theirs);
});

test('a parent is followed, an invalid one is not', () => {
  for (const spanId of ['b7ad6b7169203331', '0'.repeat(16)]) {
    const parent = trace.setSpanContext(ROOT_CONTEXT, { ...linked, spanId, isRemote: true });
    const { ours, theirs } = outcomes(() => {}, {}, parent);
    expect(ours).toEqual(theirs);
  }
});

test('a change after the end is warned of, and so is what is left out', () => {
  outcomes((span) => {
    if ('attributes' in span && !(span.attributes instanceof SpanAttributes)) return;
    span.end();
    span.setAttribute('late', 1);
  });
  const id = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
  expect(warn.mock.calls).toEqual([[`a span that has ended was to be changed: ${id}`]]);
});
