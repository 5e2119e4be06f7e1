import type { EventBody, TimedEvent, VersionSample } from '../src/release/event.ts';

/** When the recorded rehearsal starts, in milliseconds since the epoch; its release starts 8 s later. */
export const storyStart = 1_000_000;
export const releaseStart = storyStart + 8_000;

const gate = (name: string, accept: number, reject: number) => ({
  name,
  success: { operator: '<=' as const, value: accept },
  failure: { operator: '>=' as const, value: reject },
});
const guards = ['failed-watch', 'slow-watch', 'restarts', 'answers'];
const gates = [gate('failed-answers-of-canary', -4.469, 5.489), gate('slow-answers-of-canary', -4.495, 5.587)];

const pod = (
  name: string,
  role: 'stable' | 'canary' | 'pinger',
  phase: 'starting' | 'ready' | 'terminating' | 'gone',
): EventBody => ({ type: 'pod', pod: name, role, phase });
const stablePods = ['aaaa1', 'aaaa2', 'aaaa3', 'aaaa4', 'aaaa5'].map((suffix) => `ping-service-old-${suffix}`);
const canaryPod = 'ping-service-new-bbbb1';

const read = (
  kind: 'step' | 'background',
  metric: string,
  reading: number,
  phase: 'Inconclusive' | 'Successful' | 'Failed',
) =>
  ({
    type: 'measurement',
    run: kind === 'step' ? 'gate' : 'watch',
    kind,
    metric,
    phase,
    reading,
    value: `[${reading}]`,
  }) as const;

const answers = (count: number, failed: number): VersionSample => ({
  answers: count,
  failed,
  slow: 2,
  p50: 0.4971,
  p90: 0.5042,
});

const sampled = (second: number): EventBody => ({
  type: 'sample',
  stable: answers(10 + second * 8, second > 3 ? 3 : 1),
  canary: answers(second * 2, second),
  pods: {},
  alerts: second > 4 ? [{ name: 'PingErrors', state: 'firing', severity: 'page' }] : [],
});

/** A release that fails many answers, until the gate has refused it and the old pods are back: bodies with seconds since the start. */
const story: readonly (readonly [seconds: number, event: EventBody])[] = [
  [0, { type: 'started', description: 'fails 35 % of its answers', expect: 'aborted', seed: 1 }],
  ...stablePods.map((name) => [1, pod(name, 'stable', 'starting')] as const),
  [2, { type: 'prometheus', url: 'http://127.0.0.1:9090', version: '3.5.0', dropped: [] }],
  ...stablePods.map((name) => [4, pod(name, 'stable', 'ready')] as const),
  [4, pod('pinger-ccccc', 'pinger', 'starting')],
  [6, pod('pinger-ccccc', 'pinger', 'ready')],
  [7, { type: 'traffic', targetsUp: 6 }],
  [8, { type: 'release', stableHash: 'old', canaryHash: 'new' }],
  [8, { type: 'step', index: 0, steps: 8, description: 'setWeight 20', weight: 20 }],
  [8, pod(canaryPod, 'canary', 'starting')],
  [9, { type: 'sample', stable: answers(10, 0), pods: {}, alerts: [] }],
  [10, pod(canaryPod, 'canary', 'ready')],
  [10, pod('ping-service-old-aaaa5', 'stable', 'terminating')],
  [10, { type: 'step', index: 1, steps: 8, description: 'analysis ping-service-gate', weight: 20 }],
  [10, { type: 'analysis', run: 'gate', kind: 'step', metrics: gates }],
  [10, { type: 'analysis', run: 'watch', kind: 'background', metrics: guards.map((name) => ({ name })) }],
  ...[1, 2, 3, 4, 5, 6].flatMap((second) => [
    [10 + second, read('step', 'failed-answers-of-canary', second * 0.8 - (second % 2) * 0.5, 'Inconclusive')] as const,
    [10 + second, read('step', 'slow-answers-of-canary', second * -0.6, 'Inconclusive')] as const,
    ...guards.map(
      (name) => [10 + second, read('background', name, 3, name === 'answers' ? 'Inconclusive' : 'Successful')] as const,
    ),
    [10 + second, sampled(second)] as const,
  ]),
  [
    14,
    {
      type: 'fault',
      fault: 'slow-network by 300 ms',
      phase: 'injected',
      message: 'each round trip takes 300 ms longer',
    },
  ],
  [16, pod('ping-service-old-aaaa5', 'stable', 'gone')],
  [17, { type: 'fault', fault: 'slow-network by 300 ms', phase: 'undone', message: 'round trips are as before' }],
  [18, read('step', 'failed-answers-of-canary', 6.08, 'Failed')],
  [
    18,
    {
      type: 'decision',
      decision: 'abort',
      message:
        'Step-based analysis phase error/failed: Metric "failed-answers-of-canary" assessed Failed due to failed (1) > failureLimit (0)',
    },
  ],
  [18, { type: 'analysisEnd', run: 'gate', kind: 'step', phase: 'Failed' }],
  [18, pod(canaryPod, 'canary', 'terminating')],
  [19, pod(canaryPod, 'canary', 'gone')],
  [
    20,
    {
      type: 'verdict',
      expected: 'aborted',
      outcome: 'aborted',
      asExpected: true,
      message: 'Step-based analysis phase error/failed: because',
      decidedBy: {
        run: 'gate',
        metric: 'failed-answers-of-canary',
        phase: 'Failed',
        value: '[6.08]',
        bound: { operator: '>=', value: 5.489 },
        measurements: 7,
      },
      decidedAfterMs: 10_000,
      endedAfterMs: 12_000,
      evidenceMs: 8_000,
      pings: { ended: 120, ok: 110, failedAnswers: 10, transportFailures: 0, dropped: 0 },
      seed: 1,
    },
  ],
];

/** Events of the release `errors`, or of one of another name; oldest first, until a second after its start. */
export function storyUntil(seconds: number, release = 'errors'): readonly TimedEvent[] {
  return story
    .filter(([second]) => second <= seconds)
    .toSorted(([a], [b]) => a - b)
    .map(([second, event]) => ({ ...event, release, at: storyStart + second * 1_000 }) as TimedEvent);
}

/** Every moment of the story at which something happens, in seconds. */
export const storySeconds: readonly number[] = [...new Set(story.map(([second]) => second))].sort((a, b) => a - b);
