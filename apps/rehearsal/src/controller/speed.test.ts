import { expect, it } from 'vitest';
import { analysis, plainRollout } from '../../test/fake-cluster.ts';
import type { Rollout } from './rollout.ts';
import { speedUp } from './speed.ts';

const steps = [
  { pause: { duration: 60_000 } },
  { setWeight: 20 },
  { pause: {} },
  { pause: { duration: 10_000 } },
  { analysis: analysis('gate') },
];
const watchedFrom = (startingStep: number): Partial<Rollout> => ({
  background: { ...analysis('watch'), startingStep },
});
const played = (changes: Partial<Rollout>) => {
  const { rollout, note } = speedUp({ ...plainRollout, steps, ...changes }, 10);
  return { pauses: rollout.steps.map(({ pause }) => pause?.duration), note };
};

it('shortens the pauses before the background analysis starts, and says what the others are for', () => {
  expect(played(watchedFrom(1))).toEqual({
    pauses: [6_000, undefined, undefined, 10_000, undefined],
    note: '--speed 10 shortens the pauses of step 1: the background analysis, which starts at step 2, needs the pauses of step 4',
  });
});

it('shortens every pause that has a duration when nothing looks on', () => {
  expect(played({})).toEqual({
    pauses: [6_000, undefined, undefined, 1_000, undefined],
    note: '--speed 10 shortens the pauses of steps 1, 4',
  });
});

it('says that it shortens nothing', () => {
  expect(played(watchedFrom(0)).note).toBe(
    '--speed 10 shortens nothing: the background analysis, which starts at step 1, needs the pauses of steps 1, 4',
  );
  expect(played({ steps: [{ setWeight: 20 }] }).note).toBe(
    '--speed 10 shortens nothing: no step is a pause with a duration',
  );
});
