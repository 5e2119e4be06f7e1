import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { propagation, ROOT_CONTEXT, SpanKind, TraceFlags } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { RandomIdGenerator, SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace';
import { beforeAll, describe, expect, test } from 'vitest';
import { EarlySampling, samplingFromEnvironment } from './sampling.ts';

beforeAll(() => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sampledParent = `00-${traceId}-b7ad6b7169203331-01`;
const unsampledParent = `00-${traceId}-b7ad6b7169203331-00`;

function request(url: string, traceparent?: string): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.url = url;
  if (traceparent !== undefined) message.headers = { traceparent };
  return message;
}

/** A service as the SDK runs it: the early decision, then the SDK's own with the same sampler. */
function createService(env: Record<string, string>) {
  const fromEnvironment = samplingFromEnvironment(env, () => {});
  const { sampler } = fromEnvironment;
  const sampling = new EarlySampling(fromEnvironment);
  const tracer = new TracerProvider({ sampler, idGenerator: sampling }).getTracer('test');
  return (incoming: IncomingMessage): 'ignored' | 'sampled' | 'started unsampled' => {
    const parent = sampling.parentOf(incoming);
    if (parent === undefined) return 'ignored';
    const { traceFlags } = tracer.startSpan('GET', { kind: SpanKind.SERVER }, parent).spanContext();
    return traceFlags & TraceFlags.SAMPLED ? 'sampled' : 'started unsampled';
  };
}

describe('the sampler of the environment decides, with and without a parent', () => {
  test.each([
    ['', '', ['sampled', 'sampled', 'ignored']],
    ['always_on', '', ['sampled', 'sampled', 'sampled']],
    ['always_off', '', ['ignored', 'ignored', 'ignored']],
    ['traceidratio', '', ['sampled', 'sampled', 'sampled']],
    ['traceidratio', '0', ['ignored', 'ignored', 'ignored']],
    ['parentbased_always_on', '0', ['sampled', 'sampled', 'ignored']],
    ['parentbased_always_off', '', ['ignored', 'sampled', 'ignored']],
    ['parentbased_traceidratio', '0', ['ignored', 'sampled', 'ignored']],
    ['parentbased_traceidratio', '1', ['sampled', 'sampled', 'ignored']],
  ])('%s %s', (name, argument, expected) => {
    const decide = createService({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
    const requests = [request('/ping'), request('/ping', sampledParent), request('/ping', unsampledParent)];
    expect(requests.map(decide)).toEqual(expected);
  });
});

test('a ratio is applied once: as many root requests are sampled as it says, and none is started in vain', () => {
  const decide = createService({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' });
  const decisions = Array.from({ length: 20_000 }, () => decide(request('/ping')));
  const sampled = decisions.filter((decision) => decision === 'sampled').length;
  expect(decisions).not.toContain('started unsampled');
  // 2000 expected; a ratio applied twice would give 200. Six standard deviations are 255.
  expect(Math.abs(sampled - 2000)).toBeLessThan(255);
});

test('without a parent-based sampler the ratio decides by the trace id of the parent, alike in every service', () => {
  const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
  const [first, second] = [createService(env), createService(env)];
  const ids = new RandomIdGenerator();
  const parents = Array.from({ length: 200 }, () => `00-${ids.generateTraceId()}-b7ad6b7169203331-00`);
  const decisions = parents.map((parent) => first(request('/ping', parent)));
  expect(new Set(decisions)).toEqual(new Set(['sampled', 'ignored']));
  expect(parents.map((parent) => second(request('/ping', parent)))).toEqual(decisions);
});

test('a malformed traceparent is no parent', () => {
  const decide = createService({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
  expect(decide(request('/ping', '00-zz-b7ad6b7169203331-01'))).toBe('ignored');
});

test('probes and scrapes are never traced, whoever asks', () => {
  const decide = createService({ OTEL_TRACES_SAMPLER: 'always_on' });
  const silent = ['/livez', '/readyz?verbose', '/metrics'].map((url) => decide(request(url, sampledParent)));
  expect(silent).toEqual(['ignored', 'ignored', 'ignored']);
});

test('a probe leaves no trace id behind for the next trace, which would then be sampled oftener than the ratio says', () => {
  const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
  const fromEnvironment = samplingFromEnvironment(env, () => {});
  const sampling = new EarlySampling(fromEnvironment);
  const decisions = Array.from({ length: 2_000 }, () => {
    sampling.parentOf(request('/livez'));
    const id = sampling.generateTraceId();
    return fromEnvironment.sampler.shouldSample(ROOT_CONTEXT, id, 'GET', SpanKind.SERVER, {}, []).decision;
  });
  const sampled = decisions.filter((decision) => decision === SamplingDecision.RECORD_AND_SAMPLED).length;
  // 1000 expected; ids that are left behind would make it 1500. Six standard deviations are 134.
  expect(Math.abs(sampled - 1000)).toBeLessThan(134);
});

test('a wrong sampler or ratio is warned of and treated as unset', () => {
  const warnings: string[] = [];
  const read = (env: Record<string, string>) =>
    `${samplingFromEnvironment(env, (text) => warnings.push(text)).sampler}`;
  const byDefault = read({});
  expect(read({ OTEL_TRACES_SAMPLER: 'sometimes' })).toBe(byDefault);
  expect(read({ OTEL_TRACES_SAMPLER: 'toString' })).toBe(byDefault);
  for (const argument of ['much', '1.5', '-0.1', ' ']) {
    expect(read({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: argument })).toBe(
      'TraceIdRatioBased{1}',
    );
  }
  const samplers =
    'always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio';
  expect(warnings).toEqual([
    `OTEL_TRACES_SAMPLER: unknown sampler, got "sometimes", expected one of ${samplers}; parentbased_always_on is used`,
    `OTEL_TRACES_SAMPLER: unknown sampler, got "toString", expected one of ${samplers}; parentbased_always_on is used`,
    ...['much', '1.5', '-0.1', ' '].map(
      (argument) =>
        `OTEL_TRACES_SAMPLER_ARG: not a ratio, got "${argument}", expected a number from 0 to 1, e.g. 0.1; 1 is used`,
    ),
  ]);
});
