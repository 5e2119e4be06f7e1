import { describe, expect, it } from 'vitest';
import type { Rollout } from '../src/controller/rollout.ts';
import { analysis, FakeCluster, plainRollout } from './fake-cluster.ts';

const gatedSteps = [
  { setWeight: 20 },
  { analysis: analysis('gate') },
  { setWeight: 40 },
  { pause: { duration: 12_000 } },
  { setWeight: 60 },
];
const watched = { steps: gatedSteps, background: { ...analysis('watch'), startingStep: 1 } };

/** v1 is deployed; its pods are Ready after 2 s, those of v2 after 3 s. The log starts at the release of v2, at 2 s. */
function releaseV2(changes: Partial<Rollout>): FakeCluster {
  const cluster = new FakeCluster({ ...plainRollout, ...changes }, 'v1');
  Object.assign(cluster.readyAfter, { v1: 2, v2: 3 });
  cluster.pass(2);
  cluster.log.length = 0;
  cluster.release('v2');
  return cluster;
}

describe('the first deploy', () => {
  it('skips steps and analysis, and has ended when every pod is available', () => {
    const cluster = new FakeCluster({ ...plainRollout, ...watched }, 'v1');
    cluster.readyAfter['v1'] = 2;
    expect(cluster.pass(1).outcome).toBe(undefined);
    expect(cluster.pass(1).outcome).toBe('promoted');
    expect(cluster.log).toEqual(['0 s: v1 0 -> 5', '0 s: v1 is stable', '2 s: ended as promoted']);
  });
});

describe('a release', () => {
  it('walks every step, measures in the background from startingStep on, and ends that run when it is promoted', () => {
    const cluster = releaseV2({ ...watched, minReadyMs: 1_000 }).pass(6);
    cluster.setRun('app-v2-2-1', 'Successful');
    cluster.pass(40);
    expect(cluster.log).toEqual([
      '2 s: release v2',
      '2 s: v2 0 -> 1',
      // Ready at 5 s, available a second later; v1 has one pod more than the weight until then.
      '6 s: v1 5 -> 4',
      '6 s: step 1',
      '6 s: start step app-v2-2-1',
      '6 s: start background app-v2-2',
      '8 s: step 2',
      '8 s: v2 1 -> 2',
      '12 s: v1 4 -> 3',
      '12 s: step 3',
      '12 s: paused: CanaryPauseStep',
      '24 s: step 4',
      '24 s: v2 2 -> 3',
      '28 s: v1 3 -> 2',
      '28 s: step 5',
      '28 s: v2 3 -> 4',
      '32 s: v1 2 -> 1',
      '32 s: v2 4 -> 5',
      '36 s: v1 1 -> 0',
      '36 s: v2 is stable',
      // Only now: the background run has been told.
      '36 s: terminate app-v2-2',
      '36 s: ended as promoted',
    ]);
  });

  it('does not wait for a background run, whatever that has found so far', () => {
    const cluster = releaseV2({ steps: [{ setWeight: 20 }], background: { ...analysis('watch'), startingStep: 0 } });
    expect(cluster.pass(40).outcome).toBe('promoted');
    expect(cluster.log.filter((line) => line.includes('app-v2'))).toEqual([
      '2 s: start background app-v2-2',
      '17 s: terminate app-v2-2',
    ]);
  });

  it('over a release that has not ended keeps the stable version and scales the one between down', () => {
    const cluster = releaseV2({ steps: [{ setWeight: 20 }, { pause: { duration: 600_000 } }] }).pass(8);
    cluster.readyAfter['v3'] = 3;
    cluster.release('v3');
    cluster.pass(10);
    expect(cluster.log.slice(5)).toEqual([
      '10 s: release v3',
      '10 s: v3 0 -> 1',
      '13 s: v2 1 -> 0',
      '13 s: step 1',
      '13 s: paused: CanaryPauseStep',
    ]);
    expect([cluster.state.stableHash, cluster.outcome]).toEqual(['v1', undefined]);
  });

  it('of the stable version again, in the middle of another one, takes no step and gives the pods back in waves', () => {
    const cluster = releaseV2({ steps: [{ setWeight: 40 }, { pause: {} }] }).pass(8);
    cluster.log.length = 0;
    cluster.release('v1');
    cluster.pass(10);
    expect(cluster.log).toEqual([
      '10 s: release v1',
      '10 s: v1 3 -> 4',
      '10 s: step 2',
      '12 s: v2 2 -> 1',
      '12 s: v1 4 -> 5',
      '14 s: v2 1 -> 0',
      '14 s: ended as promoted',
    ]);
  });
});

describe('a failed analysis', () => {
  it('of a step aborts, ends the background run, and gives back the pods', () => {
    const cluster = releaseV2(watched).pass(6);
    cluster.setRun('app-v2-2-1', 'Failed', 'because');
    cluster.pass(10);
    expect(cluster.log.slice(6)).toEqual([
      '8 s: step 0',
      '8 s: aborted: Step-based analysis phase error/failed: because',
      '8 s: terminate app-v2-2-1',
      '8 s: terminate app-v2-2',
      '8 s: v1 4 -> 5',
      '10 s: v2 1 -> 0',
      '10 s: ended as aborted',
    ]);
  });

  it('of a step is the reason when both fail at once', () => {
    const cluster = releaseV2(watched).pass(6);
    cluster.setRun('app-v2-2', 'Failed', 'background');
    cluster.setRun('app-v2-2-1', 'Failed', 'step');
    expect(cluster.pass(0).state.abort).toEqual({
      message: 'Step-based analysis phase error/failed: step',
      at: 8_000,
      run: 'app-v2-2-1',
    });
  });

  it.each(['Failed', 'Error'] as const)('in the background aborts in the middle of a pause when it is %s', (phase) => {
    const cluster = releaseV2(watched).pass(6);
    cluster.setRun('app-v2-2-1', 'Successful');
    cluster.pass(8);
    cluster.setRun('app-v2-2', phase, 'because');
    cluster.pass(20);
    expect(cluster.log.slice(10)).toEqual([
      '11 s: paused: CanaryPauseStep',
      '16 s: step 0',
      '16 s: aborted: Background analysis phase error/failed: because',
      '16 s: terminate app-v2-2',
      '16 s: v1 3 -> 4',
      '18 s: v2 2 -> 1',
      '18 s: v1 4 -> 5',
      '20 s: v2 1 -> 0',
      '20 s: ended as aborted',
    ]);
  });

  it('in the background still aborts after the last step, when only the promotion is missing', () => {
    const cluster = releaseV2({ ...watched, steps: [{ setWeight: 80 }] }).pass(13);
    cluster.setRun('app-v2-2', 'Failed', 'because');
    cluster.pass(20);
    expect([cluster.state.stableHash, cluster.outcome, cluster.state.abort?.run]).toEqual([
      'v1',
      'aborted',
      'app-v2-2',
    ]);
  });
});

describe('an abort', () => {
  /** The changes of ReplicaSets after an abort at a weight. */
  function abortAt(setWeight: number, maxSurge: number, maxUnavailable: number): readonly string[] {
    const cluster = releaseV2({
      steps: [{ setWeight }, { pause: { duration: 600_000 } }],
      limits: { replicas: 5, maxSurge, maxUnavailable },
      background: { ...analysis('watch'), startingStep: 0 },
    }).pass(28);
    cluster.setRun('app-v2-2', 'Failed');
    const before = cluster.log.length;
    cluster.pass(20);
    expect(cluster.outcome).toBe('aborted');
    return cluster.log.slice(before + 3);
  }

  it('comes back in waves of one pod with maxSurge 1 and maxUnavailable 0', () => {
    expect(abortAt(80, 1, 0)).toEqual([
      '30 s: v1 1 -> 2',
      '32 s: v2 4 -> 3',
      '32 s: v1 2 -> 3',
      '34 s: v2 3 -> 2',
      '34 s: v1 3 -> 4',
      '36 s: v2 2 -> 1',
      '36 s: v1 4 -> 5',
      '38 s: v2 1 -> 0',
      '38 s: ended as aborted',
    ]);
  });

  it.each([
    [20, 2, 1, 1],
    [40, 2, 1, 1],
    [60, 2, 1, 1],
    [80, 2, 1, 2],
    [20, 1, 0, 1],
    [40, 1, 0, 2],
    [60, 1, 0, 3],
    [80, 1, 0, 4],
    [20, 0, 1, 1],
    [80, 0, 1, 4],
    [80, 5, 0, 1],
  ])('at %i %% with maxSurge %i and maxUnavailable %i takes %i waves', (weight, maxSurge, maxUnavailable, waves) => {
    const grown = abortAt(weight, maxSurge, maxUnavailable).filter((line) => line.includes('v1'));
    expect(new Set(grown.map((line) => line.split(':')[0])).size).toBe(waves);
  });
});

describe('a retry', () => {
  it('of an aborted release starts at the first step again, with new runs for the same version', () => {
    const cluster = releaseV2(watched).pass(6);
    cluster.setRun('app-v2-2-1', 'Failed', 'because');
    cluster.pass(10);
    cluster.log.length = 0;
    cluster.retry();
    cluster.pass(6);
    cluster.setRun('app-v2-2-1.1', 'Successful');
    cluster.pass(2);
    expect(cluster.log).toEqual([
      '18 s: retry',
      '18 s: v2 0 -> 1',
      '21 s: v1 5 -> 4',
      '21 s: step 1',
      '21 s: start step app-v2-2-1.1',
      '21 s: start background app-v2-2.1',
      '24 s: step 2',
      '24 s: v2 1 -> 2',
    ]);
    expect([cluster.state.abort, cluster.state.stableHash]).toEqual([undefined, 'v1']);
  });

  it('in the middle of an abort keeps the pods that the canary still has', () => {
    const cluster = releaseV2({ ...watched, steps: [{ setWeight: 60 }, { pause: { duration: 600_000 } }] }).pass(20);
    cluster.setRun('app-v2-2', 'Failed');
    cluster.pass(2);
    cluster.log.length = 0;
    cluster.retry();
    cluster.pass(8);
    expect(cluster.log.filter((line) => line.includes(' v2 '))).not.toContainEqual(expect.stringContaining('-> 0'));
    expect([cluster.state.stepIndex, cluster.state.abort]).toEqual([1, undefined]);
  });

  it('of a release that is not aborted changes nothing', () => {
    const cluster = releaseV2(watched).pass(6);
    const { state } = cluster;
    cluster.retry();
    expect(cluster.state).toBe(state);
  });
});

describe('an inconclusive analysis', () => {
  it('of a step pauses for good, starts and moves nothing', () => {
    const cluster = releaseV2(watched).pass(6);
    cluster.setRun('app-v2-2-1', 'Inconclusive', 'because');
    cluster.pass(600);
    expect(cluster.log.slice(6)).toEqual(['8 s: paused: InconclusiveAnalysisRun', '8 s: ended as paused']);
    expect([cluster.outcome, cluster.state.stepIndex, cluster.state.pause?.run]).toEqual(['paused', 1, 'app-v2-2-1']);
  });

  it('in the background pauses for good, also in the middle of a pause step that would end', () => {
    const cluster = releaseV2(watched).pass(6);
    cluster.setRun('app-v2-2-1', 'Successful');
    cluster.pass(8);
    cluster.setRun('app-v2-2', 'Inconclusive', 'because');
    cluster.pass(600);
    expect(cluster.log.slice(10)).toEqual([
      '11 s: paused: CanaryPauseStep',
      '16 s: paused: InconclusiveAnalysisRun',
      '16 s: ended as paused',
    ]);
    expect([cluster.outcome, cluster.state.stepIndex, cluster.state.pause?.run]).toEqual(['paused', 3, 'app-v2-2']);
  });
});

describe('the progress deadline', () => {
  const neverReady = (changes: Partial<Rollout>) => {
    const cluster = releaseV2({ ...watched, progressDeadlineMs: 30_000, ...changes });
    delete cluster.readyAfter['v2'];
    cluster.pass(60);
    return cluster;
  };

  it('aborts when progressDeadlineAbort is on', () => {
    const cluster = neverReady({ progressDeadlineAbort: true });
    expect(cluster.log.slice(2)).toEqual([
      '32 s: aborted: the release made no progress for 30 s',
      '32 s: v2 1 -> 0',
      '32 s: ended as aborted',
    ]);
  });

  it('leaves the release where it is when that is off', () => {
    const cluster = neverReady({ progressDeadlineAbort: false });
    expect(cluster.log.slice(2)).toEqual(['32 s: stuck', '32 s: ended as stuck']);
  });

  it.each([
    ['a pause', [{ setWeight: 20 }, { pause: {} }], 'paused'],
    ['an analysis', [{ setWeight: 20 }, { analysis: analysis('gate') }], undefined],
  ])('does not run during %s', (_step, steps, outcome) => {
    const cluster = releaseV2({ steps, progressDeadlineMs: 30_000, progressDeadlineAbort: true }).pass(600);
    expect([cluster.state.stepIndex, cluster.outcome]).toEqual([1, outcome]);
  });
});
