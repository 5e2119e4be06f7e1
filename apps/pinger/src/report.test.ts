import { expect, test } from 'vitest';
import type { PingEnd } from './outcome.ts';
import { describeRun, formatLiveLine, formatReport, type RunReport } from './report.ts';
import { Tally } from './tally.ts';

const noFailures = {
  timeout: 0,
  connection_refused: 0,
  connection_reset: 0,
  dns: 0,
  unreachable: 0,
  tls: 0,
  http_4xx: 0,
  http_5xx: 0,
  invalid_response: 0,
  other: 0,
};

const settings = { target: 'http://user:secret@127.0.0.1:8080/ping', ratePerSecond: 10 };
const startedAt = new Date('2026-01-02T03:04:05.006Z');

/** Ten pings 100 ms apart: one dropped, one unanswered, two late by 50 ms, the rest at once; each answer takes 20 ms, a time-out 500 ms. */
function playTenPings(): RunReport {
  const tally = new Tally();
  const ends: (PingEnd | 'dropped' | 'unanswered')[] = [
    ...Array.from({ length: 5 }, () => ({ outcome: 'ok' as const, status: 200 })),
    { outcome: 'http_5xx', status: 500 },
    { outcome: 'http_5xx', status: 503 },
    { outcome: 'timeout' },
    'dropped',
    'unanswered',
  ];
  ends.forEach((end, index) => {
    tally.scheduled();
    if (end === 'dropped') return tally.dropped();
    const intendedAtMs = index * 100;
    const ping = { index, intendedAtMs, startedAtMs: intendedAtMs + (index < 2 ? 50 : 0) };
    tally.sent(ping);
    if (end === 'unanswered') return;
    tally.ended({ ...ping, endedAtMs: ping.startedAtMs + (end.outcome === 'timeout' ? 500 : 20), end });
  });
  return describeRun(settings, startedAt, 1400.4, tally);
}

test('reports every count and the latencies from the intended and from the real start', () => {
  expect(playTenPings()).toEqual({
    target: 'http://127.0.0.1:8080/ping',
    ratePerSecond: 10,
    startedAt: '2026-01-02T03:04:05.006Z',
    elapsedMs: 1400,
    scheduled: 10,
    sent: 9,
    ok: 5,
    failed: { ...noFailures, http_5xx: 2, timeout: 1 },
    dropped: 1,
    inFlight: 1,
    latencyMs: { p50: 20, p90: 70, p99: 500, max: 500 },
    serviceTimeMs: { p50: 20, p90: 20, p99: 500, max: 500 },
    scheduleLagMs: { p50: 0.001, p90: 50, p99: 50, max: 50 },
  });
});

test('reports nothing measured as null, and every kind of failure at 0', () => {
  expect(describeRun(settings, startedAt, 0, new Tally())).toEqual({
    target: 'http://127.0.0.1:8080/ping',
    ratePerSecond: 10,
    startedAt: '2026-01-02T03:04:05.006Z',
    elapsedMs: 0,
    scheduled: 0,
    sent: 0,
    ok: 0,
    failed: noFailures,
    dropped: 0,
    inFlight: 0,
    latencyMs: null,
    serviceTimeMs: null,
    scheduleLagMs: null,
  });
});

// A terminal's table: the inline text is the specification.
test('formats the report as a table', () => {
  expect(formatReport(playTenPings())).toMatchInlineSnapshot(`
    "http://127.0.0.1:8080/ping, 10 per second, 1.4 s

    scheduled                 10
    sent                       9
    ok                         5    62.5 %
    failed                     3    37.5 %
      timeout                  1    12.5 %
      http_5xx                 2    25.0 %
    dropped                    1
    in flight                  1

                             p50         p90         p99         max
    latency              20.0 ms     70.0 ms      500 ms      500 ms
    service time         20.0 ms     20.0 ms      500 ms      500 ms
    schedule lag          0.0 ms     50.0 ms     50.0 ms     50.0 ms"
  `);
});

test('formats a run without answers as a table', () => {
  expect(formatReport(describeRun(settings, startedAt, 0, new Tally()))).toMatchInlineSnapshot(`
    "http://127.0.0.1:8080/ping, 10 per second, 0.0 s

    scheduled                  0
    sent                       0
    ok                         0
    failed                     0
    dropped                    0
    in flight                  0

                             p50         p90         p99         max
    latency                    -           -           -           -
    service time               -           -           -           -
    schedule lag               -           -           -           -"
  `);
});

test('formats the run so far as one line', () => {
  expect(formatLiveLine(playTenPings())).toMatchInlineSnapshot(
    `"1 s  6.4/s  sent 9  ok 5  failed 3 (timeout 1, http_5xx 2)  dropped 1  in flight 1  p50 20.0 ms  p99 500 ms"`,
  );
});
