import type { TimelineEntry } from '@observed-rollouts/contract';
import { describe, expect, it } from 'vitest';
import { storylineOf, withoutDraws } from './storyline.ts';

const status = { type: 'status', phase: '', stable: 'v1', latest: 'v2', step: 0, pauses: [], aborted: false } as const;
const timeline: readonly TimelineEntry[] = [
  { atMs: 0, ...status, latest: 'v1', step: 2 },
  { atMs: 0, type: 'replicas', version: 'v1', desired: 5, created: 5, available: 5 },
  { atMs: 0, type: 'command', command: 'release' },
  { atMs: 10, ...status },
  { atMs: 20, type: 'replicas', version: 'v2', desired: 1, created: 0, available: 0 },
  { atMs: 30, type: 'replicas', version: 'v2', desired: 1, created: 1, available: 1 },
  { atMs: 40, ...status, step: 1, pauses: ['CanaryPauseStep'] },
  { atMs: 40, type: 'run', run: 'v2-1', kind: 'step', phase: 'Running' },
  {
    atMs: 50,
    ...status,
    aborted: true,
    message:
      'RolloutAborted: Rollout aborted update to revision 7: Background analysis phase error/failed: Metric "a-watch" assessed Failed due to x',
  },
];

describe('the storyline of a timeline', () => {
  it('keeps what is asked for, the course and the runs, and drops times and pods on their way', () => {
    expect(storylineOf(timeline)).toEqual({
      replicas: ['v2 0 -> 1'],
      course: [
        'command: release',
        'releases v2, at step 0',
        'step 1, asking for 5 of v1 and 1 of v2',
        'paused: CanaryPauseStep',
        'aborted: Background analysis phase error/failed: Metric "a-watch" assessed Failed due to x',
        'no longer paused: CanaryPauseStep',
        'step 0, asking for 5 of v1 and 1 of v2',
      ],
      runs: ['step v2-1'],
    });
  });

  it.each([
    ['another count of pods', { atMs: 20, type: 'replicas', version: 'v2', desired: 2, created: 0, available: 0 }, 4],
    ['another step', { atMs: 40, ...status, step: 3, pauses: ['CanaryPauseStep'] }, 6],
    ['no pause', { atMs: 40, ...status, step: 1 }, 6],
    ['another kind of run', { atMs: 40, type: 'run', run: 'v2-1', kind: 'background', phase: 'Running' }, 7],
    ['another reason', { atMs: 50, ...status, aborted: true, message: 'because' }, 8],
  ] as const)('differs by %s', (_, entry, index) => {
    expect(storylineOf(timeline.with(index, entry))).not.toEqual(storylineOf(timeline));
    expect(withoutDraws(storylineOf(timeline.with(index, entry)))).not.toEqual(withoutDraws(storylineOf(timeline)));
  });

  it('names the objective that was broken, gate or watch, when draws are left out', () => {
    const reason = 'Step-based analysis phase error/failed: Metric "a" assessed Failed due to x';
    const byGate = storylineOf(timeline.with(8, { atMs: 50, ...status, aborted: true, message: reason }));
    expect(byGate).not.toEqual(storylineOf(timeline));
    expect(withoutDraws(byGate)).toEqual(withoutDraws(storylineOf(timeline)));
    expect(withoutDraws(byGate).course).toContain(
      'aborted: analysis phase error/failed: Metric "a" assessed Failed due to x',
    );
  });
});
