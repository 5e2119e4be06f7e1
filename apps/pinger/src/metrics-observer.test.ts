import { expect, test } from 'vitest';
import { observeByMetrics, serverAddressOf } from './metrics-observer.ts';
import type { PingEnd } from './outcome.ts';

/** Keeps what is recorded: the method, the metric's name, and the other arguments. */
function createRecorder() {
  const calls: unknown[][] = [];
  const record =
    (method: string) =>
    ({ name }: { name: string }, ...rest: unknown[]): void =>
      void calls.push([method, name, ...rest]);
  const metrics = {
    increment: record('increment'),
    observe: record('observe'),
    inc: record('inc'),
    dec: record('dec'),
  };
  return { observer: observeByMetrics(metrics, { target: 'http://10.0.0.1:8080/ping', method: 'POST' }), calls };
}

/** Meant for 1 s, sent at 1.25 s, ended at 1.75 s. */
const ping = { index: 0, intendedAtMs: 1_000, startedAtMs: 1_250, endedAtMs: 1_750 };
const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

test('records the schedule', () => {
  const { observer, calls } = createRecorder();
  observer.scheduled();
  observer.dropped();
  observer.sent(ping);
  expect(calls).toEqual([
    ['increment', 'pinger_pings_scheduled_total', {}],
    ['increment', 'pinger_pings_dropped_total', {}],
    ['inc', 'pinger_pings_in_flight', {}],
    ['observe', 'pinger_schedule_lag_seconds', 0.25, {}],
  ]);
});

test.each<{ end: PingEnd; status: string; errorType: string }>([
  { end: { outcome: 'ok', status: 204 }, status: '204', errorType: '' },
  { end: { outcome: 'http_5xx', status: 503 }, status: '503', errorType: 'http_5xx' },
  { end: { outcome: 'timeout' }, status: '', errorType: 'timeout' },
])(
  'records $end.outcome: latency from the intended start, service time from the real one',
  ({ end, status, errorType }) => {
    const { observer, calls } = createRecorder();
    observer.ended({ ...ping, end: { ...end, spanContext } });
    const labels = {
      http_request_method: 'POST',
      server_address: '10.0.0.1',
      http_response_status_code: status,
      error_type: errorType,
    };
    expect(calls).toEqual([
      ['dec', 'pinger_pings_in_flight', {}],
      ['increment', 'pinger_pings_total', { outcome: end.outcome }, { spanContext }],
      ['observe', 'pinger_ping_latency_seconds', 0.75, { outcome: end.outcome }, { spanContext }],
      ['observe', 'http_client_request_duration_seconds', 0.5, labels, { spanContext }],
    ]);
  },
);

test.each([
  ['http://ping-service:8080/ping', 'ping-service'],
  ['https://user:secret@example.org/', 'example.org'],
  ['http://[::1]:8080/ping', '::1'],
])('takes the server address of %s to be %s', (target, address) => {
  expect(serverAddressOf(target)).toBe(address);
});
