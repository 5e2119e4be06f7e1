import { expect, it } from 'vitest';
import { readTraceRequest } from './json.ts';

const span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'GET /ping',
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: '1544712660500500000',
};
const request = (spans: readonly object[], resource: object = {}) =>
  JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });

it('reads every field of a span and its process', () => {
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'ping-service' } },
      { key: 'process.pid', value: { intValue: '17' } },
    ],
  };
  const attributes = [
    { key: 'http.route', value: { stringValue: '/ping' } },
    { key: 'http.response.status_code', value: { intValue: '500' } },
    { key: 'ping.injected_failure', value: { boolValue: false } },
    { key: 'lag', value: { doubleValue: 0 } },
    { key: 'list', value: { arrayValue: { values: [] } } },
  ];
  const parentSpanId = 'eee19b7ec3c1b173';
  expect(
    readTraceRequest(request([{ ...span, parentSpanId, kind: 2, status: { code: 2 }, attributes }], resource)),
  ).toEqual([
    {
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId,
      name: 'GET /ping',
      service: 'ping-service',
      kind: 'server',
      startedAt: 1544712660000,
      endedAt: 1544712660500.5,
      isError: true,
      attributes: { 'http.route': '/ping', 'http.response.status_code': 500, 'ping.injected_failure': false, lag: 0 },
      resource: { 'service.name': 'ping-service', 'process.pid': 17 },
    },
  ]);
});

it('fills in what OTLP leaves out: no parent, kind, status, attributes or service', () => {
  expect(readTraceRequest(request([span, { ...span, parentSpanId: '', status: {} }]))).toEqual(
    [1, 2].map(() => ({
      traceId: span.traceId,
      spanId: span.spanId,
      name: 'GET /ping',
      service: '',
      kind: 'unspecified',
      startedAt: 1544712660000,
      endedAt: 1544712660500.5,
      isError: false,
      attributes: {},
      resource: {},
    })),
  );
  expect(readTraceRequest('{"resourceSpans":[]}')).toEqual([]);
});

it.each(['', '[]', '{}', request([{ ...span, spanId: 5 }])])('refuses %j', (text) => {
  expect(() => readTraceRequest(text)).toThrow();
});
