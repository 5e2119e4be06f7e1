import type { Recording } from '../recording/recording.ts';
import type { EventBody, TimedEvent } from '../release/event.ts';
import type { Span } from '../tracing/span.ts';
import { type VerdictCard, verdictCard } from './verdict-card.ts';

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

function recordingOf(release: string, events: readonly EventBody[]): Recording {
  return {
    release,
    events: events.map(
      (event, index) => ({ ...event, release, at: index * 1000, sinceRelease: index * 1000 }) as TimedEvent,
    ),
  };
}

export function cardOf(recording: Recording): VerdictCard {
  return verdictCard(recording);
}

function span(spanId: string, parentSpanId: string | undefined, rest: Partial<Span>): Span {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: '',
    service: '',
    kind: 'internal',
    startedAt: 0,
    endedAt: 0,
    isError: true,
    attributes: {},
    resource: {},
    ...rest,
  };
}

const server = span('b', 'a', {
  name: 'GET /ping',
  service: 'ping-service',
  kind: 'server',
  startedAt: 1005,
  endedAt: 1505,
  attributes: {
    'ping.injected_failure': true,
    'http.route': '/ping',
    'ping.latency_share': '90%500ms',
    'http.response.status_code': 500,
  },
});
const root = span('a', undefined, {
  name: 'ping',
  service: 'pinger',
  startedAt: 1000,
  endedAt: 1510,
  attributes: { 'ping.index': 7 },
});

const ping = {
  version: 'canary',
  pod: 'ping-service-new-x',
  status: '500',
  failed: true,
  slow: false,
  traceId,
} as const;

/** A release with every kind of fact: refused for its failures. */
export const aborted: Recording = recordingOf('errors', [
  { type: 'started', description: 'fails 35 % of its answers', expect: 'aborted', seed: 7 },
  { type: 'release', stableHash: 'old', canaryHash: 'new' },
  { type: 'diagnosis', message: 'this machine stood still for 2.0 s' },
  { type: 'fault', fault: 'kill-pod', phase: 'injected', message: 'pod x was killed' },
  { type: 'fault', fault: 'kill-pod', phase: 'undone', message: 'pod x runs again' },
  {
    type: 'sample',
    stable: { answers: 200, failed: 10, slow: 0, p50: 0.5, p90: 0.5 },
    canary: { answers: 40, failed: 14, slow: 0, p50: 0.5, p90: 0.5 },
    pods: { x: 40 },
    alerts: [
      { name: 'PingFailedAnswersBudgetBurn3D', state: 'firing', severity: 'ticket' },
      { name: 'TargetDown', state: 'pending', severity: 'ticket' },
    ],
  },
  {
    type: 'exemplars',
    exemplars: [
      { ...ping, at: 1000, seconds: 0.501 },
      { ...ping, at: 2000, seconds: 0.502, version: 'stable', traceId: 'other' },
      { ...ping, at: 3000, seconds: 0.503, status: '200', failed: false, traceId: 'good' },
    ],
  },
  { type: 'trace', traceId, spans: [server, root], link: `http://tempo:3200/api/traces/${traceId}` },
  {
    type: 'ancestor',
    outcome: 'undecided',
    afterMs: 20_000,
    readings: [
      { sinceRelease: 0, success: 0.95, p90: 0.6 },
      { sinceRelease: 20_000, success: 0.901, p90: 0.6 },
    ],
  },
  {
    type: 'usage',
    timing: { firstPodReadyMs: 2_100 },
    usage: { harnessCpuSeconds: 2.1, workloadCpuSeconds: 12.3, peakMemoryBytes: 512 * 2 ** 20 },
  },
  {
    type: 'verdict',
    expected: 'aborted',
    outcome: 'aborted',
    asExpected: true,
    message: 'Step-based analysis phase error/failed: Metric "failed-answers-of-canary" assessed Failed',
    decidedBy: {
      run: 'r',
      metric: 'failed-answers-of-canary',
      phase: 'Failed',
      value: '[6.147]',
      condition: 'result[0] >= 5.489',
      bound: { operator: '>=', value: 5.489 },
      measurements: 12,
    },
    decidedAfterMs: 18_532,
    endedAfterMs: 25_396,
    evidenceMs: 12_000,
    pings: { ended: 254, ok: 229, failedAnswers: 25, transportFailures: 0, dropped: 0 },
    seed: 7,
  },
]);

/** A release of which little is known, and which ended otherwise than its file expects. */
export const promoted: Recording = recordingOf('best', [
  { type: 'started', description: 'is fast', expect: 'aborted', seed: 8 },
  {
    type: 'verdict',
    expected: 'aborted',
    outcome: 'promoted',
    asExpected: false,
    message: 'completed all steps',
    decidedAfterMs: 40_000,
    endedAfterMs: 45_000,
    pings: { ended: 400, ok: 395, failedAnswers: 1, transportFailures: 4, dropped: 2 },
    seed: 8,
  },
]);
