import type { RequestOptions } from 'node:http';
import { context, propagation, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { propagateUnsampled } from './unsampled-requests.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterAll(() => {
  context.disable();
  propagation.disable();
});

const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
const callerHeaders = { accept: '*/*' };

/** What becomes of a request that is made in a span. */
function requestIn(traceFlags: TraceFlags | undefined, headers: RequestOptions['headers'] = callerHeaders) {
  const spanContext = { traceId, spanId, traceFlags: traceFlags ?? TraceFlags.NONE };
  const active = traceFlags === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
  const request: RequestOptions = { headers };
  return { isDone: context.with(active, () => propagateUnsampled(request)), headers: request.headers };
}

test('a request of a trace that is not sampled gets its traceparent and no span', () => {
  expect(requestIn(TraceFlags.NONE)).toEqual({
    isDone: true,
    headers: { accept: '*/*', traceparent: `00-${traceId}-${spanId}-00` },
  });
  expect(callerHeaders).toEqual({ accept: '*/*' });
});

test('a sampled request, one outside any trace and one with raw headers are left to the instrumentation', () => {
  expect(requestIn(TraceFlags.SAMPLED)).toEqual({ isDone: false, headers: callerHeaders });
  expect(requestIn(undefined)).toEqual({ isDone: false, headers: callerHeaders });
  expect(requestIn(TraceFlags.NONE, ['accept', '*/*'])).toEqual({ isDone: false, headers: ['accept', '*/*'] });
});
