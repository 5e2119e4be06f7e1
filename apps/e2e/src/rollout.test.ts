import { expect, test } from 'vitest';
import { parsePings, pingsBetween } from './pings.ts';
import { describeRollout, readings, releaseEnd, type Rollout } from './rollout.ts';

function rollout(status: NonNullable<Rollout['status']>): Rollout {
  return {
    metadata: { name: 'ping-service', namespace: 'observed-rollouts', generation: 2 },
    spec: { replicas: 5, template: { spec: { containers: [] } } },
    status: { observedGeneration: '2', currentPodHash: 'new', stableRS: 'old', ...status },
  };
}

test.each([
  ['is under way while the canary runs', { phase: 'Progressing', updatedReplicas: 1 }, undefined],
  [
    'is under way while an aborted canary still has a pod',
    { phase: 'Degraded', abort: true, updatedReplicas: 1 },
    undefined,
  ],
  ['is aborted when the last canary pod is gone', { phase: 'Degraded', abort: true, updatedReplicas: 0 }, 'aborted'],
  [
    'is promoted when the new version is the stable one',
    { phase: 'Healthy', stableRS: 'new', updatedReplicas: 5 },
    'promoted',
  ],
  [
    'is paused when the analysis was inconclusive',
    { phase: 'Paused', updatedReplicas: 1, pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }] },
    'paused',
  ],
  [
    'is under way in a pause that the steps ask for',
    { phase: 'Paused', updatedReplicas: 1, pauseConditions: [{ reason: 'CanaryPauseStep' }] },
    undefined,
  ],
  [
    'is under way while the controller has not seen the new spec',
    { phase: 'Healthy', stableRS: 'new', observedGeneration: '1' },
    undefined,
  ],
  [
    'is under way while the status still speaks of the stable version',
    { phase: 'Healthy', currentPodHash: 'old' },
    undefined,
  ],
] as const)('a release %s', (_, status, end) => {
  expect(releaseEnd(rollout(status), 'old')).toBe(end);
});

test('says where a release stands', () => {
  expect(
    describeRollout(
      rollout({ phase: 'Progressing', currentStepIndex: 1, replicas: 6, updatedReplicas: 1, availableReplicas: 5 }),
    ),
  ).toBe('Progressing, step 1: 1 new of 6 pods, 5 available, 5 wanted');
});

test('says what each measurement read, and its error when it read nothing', () => {
  const run = {
    metadata: { name: 'run', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: {
      metricResults: [
        {
          name: 'failed-answers-of-canary',
          phase: 'Failed',
          measurements: [
            { phase: 'Inconclusive', value: '[0]' },
            { phase: 'Failed', value: '[6.1]' },
          ],
        },
        {
          name: 'slow-answers-of-canary',
          phase: 'Successful',
          measurements: [{ phase: 'Error', message: 'no such host' }],
        },
      ],
    },
  };
  expect(readings(run)).toEqual([
    { id: 'run/failed-answers-of-canary/0', text: 'failed-answers-of-canary read [0]: Inconclusive' },
    { id: 'run/failed-answers-of-canary/1', text: 'failed-answers-of-canary read [6.1]: Failed' },
    { id: 'run/slow-answers-of-canary/0', text: 'slow-answers-of-canary read no such host: Error' },
  ]);
});

test('counts the pings that ended between two expositions', () => {
  const before = parsePings(
    '# TYPE pinger_pings_total counter\npinger_pings_total{outcome="ok"} 10\npinger_pings_total{outcome="timeout"} 0\n',
  );
  const after = parsePings(
    'pinger_pings_total{outcome="ok"} 30\npinger_pings_total{outcome="http_5xx"} 7\npinger_pings_total{outcome="timeout"} 0\n',
  );
  expect(pingsBetween(before, after)).toEqual({ ok: 20, http_5xx: 7 });
});
