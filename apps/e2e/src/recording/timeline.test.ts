import { beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisRun, Rollout } from '../rollout.ts';
import { formatRecording } from './recorder.ts';
import { type ReplicaSet, TimelineReader } from './timeline.ts';

const rollout = (status: NonNullable<Rollout['status']>): Rollout => ({
  metadata: { name: 'app', namespace: 'default', generation: 1 },
  spec: { replicas: 5, template: { spec: { containers: [] } } },
  status: { phase: 'Healthy', currentPodHash: 'aaa', stableRS: 'aaa', currentStepIndex: 2, ...status },
});
const replicaSet = (hash: string, desired: number, created: number, available: number, owner = 'app'): ReplicaSet => ({
  kind: 'ReplicaSet',
  metadata: { labels: { 'rollouts-pod-template-hash': hash }, ownerReferences: [{ kind: 'Rollout', name: owner }] },
  spec: { replicas: desired },
  status: { replicas: created, availableReplicas: available },
});
const run = (name: string, status: NonNullable<AnalysisRun['status']>): AnalysisRun => ({
  metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'rollout-type': 'Step' } },
  status,
});
const result = (values: readonly string[], count: number) => ({
  name: 'errors',
  phase: 'Running',
  count,
  measurements: values.map((value) => ({ phase: 'Inconclusive', value })),
});

describe('the timeline of a release', () => {
  let reader: TimelineReader;
  beforeEach(() => {
    reader = new TimelineReader('app');
    reader.takeRollout(500, rollout({}));
    reader.takeReplicaSet(500, replicaSet('aaa', 5, 5, 5));
    reader.start(1_000);
    reader.command(1_000, 'release');
  });

  it('holds each change once, with versions by their order and without hashes', () => {
    reader.takeRollout(1_100, rollout({ phase: 'Progressing', currentPodHash: 'bbb', currentStepIndex: 0 }));
    reader.takeRollout(1_110, rollout({ phase: 'Progressing', currentPodHash: 'bbb', currentStepIndex: 0 }));
    reader.takeReplicaSet(1_200, replicaSet('bbb', 1, 0, 0));
    const aborted = { phase: 'Degraded', currentPodHash: 'bbb', currentStepIndex: 0, abort: true, message: 'no bbb' };
    reader.takeRollout(1_300, rollout({ ...aborted, pauseConditions: [{ reason: 'CanaryPauseStep' }] }));
    expect(reader.entries).toEqual([
      { atMs: 0, type: 'status', phase: 'Healthy', step: 2, stable: 'v1', latest: 'v1', pauses: [], aborted: false },
      { atMs: 0, type: 'replicas', version: 'v1', desired: 5, created: 5, available: 5 },
      { atMs: 0, type: 'command', command: 'release' },
      {
        atMs: 100,
        type: 'status',
        phase: 'Progressing',
        step: 0,
        stable: 'v1',
        latest: 'v2',
        pauses: [],
        aborted: false,
      },
      { atMs: 200, type: 'replicas', version: 'v2', desired: 1, created: 0, available: 0 },
      {
        atMs: 300,
        type: 'status',
        phase: 'Degraded',
        message: 'no v2',
        step: 0,
        stable: 'v1',
        latest: 'v2',
        pauses: ['CanaryPauseStep'],
        aborted: true,
      },
    ]);
  });

  it('leaves out other Rollouts and versions that have no pods', () => {
    const before = [...reader.entries];
    reader.takeReplicaSet(1_100, replicaSet('old', 0, 0, 0));
    reader.takeReplicaSet(1_100, replicaSet('ccc', 3, 3, 3, 'other'));
    reader.takeRollout(1_100, { ...rollout({}), metadata: { name: 'other', namespace: 'default', generation: 1 } });
    expect(reader.entries).toEqual(before);
  });

  it('holds every measurement once, also when the run keeps only the last ten, and how each metric ended', () => {
    reader.takeReplicaSet(1_100, replicaSet('bbb', 1, 0, 0));
    reader.takeAnalysisRun(1_200, run('app-bbb-7-1', { phase: 'Running', metricResults: [result(['[1]', '[2]'], 2)] }));
    reader.takeAnalysisRun(
      1_300,
      run('app-bbb-7-1', { phase: 'Running', metricResults: [result(['[2]', '[3.12345678]'], 3)] }),
    );
    const failed = {
      name: 'errors',
      phase: 'Failed',
      count: 4,
      failed: 1,
      inconclusive: 3,
      error: 1,
      measurements: [
        { phase: 'Error', message: 'gone' },
        { phase: 'Failed', value: '[9]' },
      ],
    };
    reader.takeAnalysisRun(1_400, run('app-bbb-7-1', { phase: 'Failed', message: 'why', metricResults: [failed] }));
    expect(reader.measurements).toEqual({
      'v2-1': { errors: { atMs: [200, 200, 300, 400, 400], phases: 'IIIEF', values: [1, 2, 3.12346, null, 9] } },
    });
    expect(reader.entries.slice(4)).toEqual([
      { atMs: 200, type: 'run', run: 'v2-1', kind: 'step', phase: 'Running' },
      {
        atMs: 400,
        type: 'metric',
        run: 'v2-1',
        metric: 'errors',
        phase: 'Failed',
        counts: { count: 4, failed: 1, inconclusive: 3, consecutiveError: 0, consecutiveSuccess: 0 },
      },
      { atMs: 400, type: 'run', run: 'v2-1', kind: 'step', phase: 'Failed', message: 'why' },
    ]);
  });

  it('forgets the measurements that the controller has forgotten', () => {
    reader.takeReplicaSet(1_100, replicaSet('bbb', 1, 0, 0));
    const look = (...values: string[]) => run('app-bbb-7-1', { metricResults: [result(values, values.length)] });
    reader.takeAnalysisRun(1_200, look('[1]', '[2]', '[3]'));
    reader.takeAnalysisRun(1_300, look('[1]', '[2]'));
    reader.takeAnalysisRun(1_400, look('[1]', '[2]', '[4]'));
    expect(reader.measurements['v2-1']?.['errors']).toEqual({
      atMs: [200, 200, 400],
      phases: 'III',
      values: [1, 2, 4],
    });
  });

  it('refuses to have missed a measurement, and a reading that is not one number', () => {
    reader.takeReplicaSet(1_100, replicaSet('bbb', 1, 0, 0));
    const missed = run('app-bbb-7-1', { phase: 'Running', metricResults: [result(['[1]', '[2]'], 3)] });
    expect(() => reader.takeAnalysisRun(1_200, missed)).toThrow(
      'v2-1/errors: 3 measurements at once, expected at most the 2 that are kept',
    );
    const two = run('app-bbb-7-1', { phase: 'Running', metricResults: [result(['[1,2]'], 1)] });
    expect(() => reader.takeAnalysisRun(1_200, two)).toThrow('measurement: got [1,2], expected one number, e.g. [1.5]');
  });

  it('leaves out the runs of an earlier release of the same version', () => {
    const other = new TimelineReader('app');
    other.takeRollout(500, rollout({}));
    other.takeAnalysisRun(500, run('app-aaa-1-1', { phase: 'Running' }));
    other.start(1_000);
    other.takeAnalysisRun(1_100, run('app-aaa-1-1', { phase: 'Successful' }));
    expect(other.entries.filter(({ type }) => type === 'run')).toEqual([]);
  });
});

it('writes a recording with one change a line, and reads the same again', () => {
  const recording = {
    name: 'a',
    description: 'b',
    command: 'c',
    recordedAt: '2026-01-01T00:00:00Z',
    versions: { kubernetes: 'v1' },
    rollout: { replicas: 5 },
    analyses: { 'v2-1': [{ name: 'errors' }] },
    timeline: [
      { atMs: 0, type: 'command', command: 'release' },
      { atMs: 5, type: 'command', command: 'retry' },
    ],
    measurements: { 'v2-1': { errors: { atMs: [1], phases: 'I', values: [0] } }, v2: {} },
  } as const;
  const text = formatRecording(recording);
  expect(JSON.parse(text)).toEqual(recording);
  expect(text.split('\n').filter((line) => line.includes('atMs'))).toHaveLength(3);
});
