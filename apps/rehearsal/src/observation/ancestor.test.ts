import { expect, it } from 'vitest';
import { ancestorVerdict } from './ancestor.ts';

const start = 1_000_000;

function recorded(success: readonly (number | undefined)[], p90: readonly number[] = success.map(() => 0.5)) {
  const series = (ancestor_metric: string, values: readonly (number | undefined)[]) => ({
    labels: { ancestor_metric },
    values: new Map(
      values.flatMap((value, look) => (value === undefined ? [] : [[start + look * 20_000, value] as const])),
    ),
  });
  return [series('success', success), series('p90', p90)];
}

it('has not decided when the release ends before its steps', () => {
  expect(ancestorVerdict(recorded([0.95, 0.89]), { start, end: start + 25_400 })).toEqual({
    outcome: 'undecided',
    afterMs: 20_000,
    readings: [
      { sinceRelease: 0, success: 0.95, p90: 0.5 },
      { sinceRelease: 20_000, success: 0.89, p90: 0.5 },
    ],
  });
});

it('aborts at the first reading that is not over its line, no answers included', () => {
  const range = { start, end: start + 60_000 };
  expect(ancestorVerdict(recorded([0.95, 0.8, 0.9]), range)).toMatchObject({
    outcome: 'aborted',
    afterMs: 20_000,
    metric: 'success',
  });
  expect(ancestorVerdict(recorded([0.95, 0.9, NaN], [0.5, 0.5, NaN]), range)).toEqual({
    outcome: 'aborted',
    afterMs: 40_000,
    metric: 'success',
    readings: [
      { sinceRelease: 0, success: 0.95, p90: 0.5 },
      { sinceRelease: 20_000, success: 0.9, p90: 0.5 },
      { sinceRelease: 40_000 },
    ],
  });
});

it('promotes when its steps are over, and looks no longer than that', () => {
  const verdict = ancestorVerdict(recorded(Array<number>(20).fill(0.9)), { start, end: start + 300_000 });
  expect(verdict).toMatchObject({ outcome: 'promoted', afterMs: 180_000 });
  expect(verdict.readings.map(({ sinceRelease }) => sinceRelease).at(-1)).toBe(160_000);
});

it('takes a look that is missing for an error', () => {
  expect(ancestorVerdict(recorded([0.9, undefined, undefined]), { start, end: start + 50_000 }).outcome).toBe(
    'undecided',
  );
});
