import { expect, it } from 'vitest';
import { ancestorVerdict } from './ancestor.ts';

const start = 1_000_000;

function recorded(success: readonly (number | undefined)[], p90: readonly number[] = success.map(() => 0.5)) {
  const series = (ancestor_metric: string, values: readonly (number | undefined)[]) => ({
    labels: { ancestor_metric },
    values: new Map(
      values.flatMap((value, look) => (value === undefined ? [] : [[start + (look + 1) * 20_000, value] as const])),
    ),
  });
  return [series('success', success), series('p90', p90)];
}

it('has not decided when the release ends before its steps', () => {
  expect(ancestorVerdict(recorded([0.95, 0.89]), { start, end: start + 45_400 })).toEqual({
    outcome: 'undecided',
    afterMs: 40_000,
    readings: [
      { sinceRelease: 20_000, success: 0.95, p90: 0.5 },
      { sinceRelease: 40_000, success: 0.89, p90: 0.5 },
    ],
  });
});

it('has not looked when the release was shorter than its window', () => {
  expect(ancestorVerdict([], { start, end: start + 19_999 })).toEqual({
    outcome: 'undecided',
    afterMs: 0,
    readings: [],
  });
});

it('aborts at the first reading that is not over its line, no answers included', () => {
  const range = { start, end: start + 60_000 };
  expect(ancestorVerdict(recorded([0.95, 0.8, 0.9]), range)).toMatchObject({
    outcome: 'aborted',
    afterMs: 40_000,
    metric: 'success',
  });
  expect(ancestorVerdict(recorded([0.95, NaN], [0.5, NaN]), range)).toEqual({
    outcome: 'aborted',
    afterMs: 40_000,
    metric: 'success',
    readings: [{ sinceRelease: 20_000, success: 0.95, p90: 0.5 }, { sinceRelease: 40_000 }],
  });
});

it('promotes when its steps are over, and looks no longer than that', () => {
  const verdict = ancestorVerdict(recorded(Array<number>(20).fill(0.9)), { start, end: start + 300_000 });
  expect(verdict).toMatchObject({ outcome: 'promoted', afterMs: 180_000 });
  expect(verdict.readings.map(({ sinceRelease }) => sinceRelease).at(-1)).toBe(160_000);
});

it('takes a look that is missing for an error', () => {
  const range = { start, end: start + 65_000 };
  expect(ancestorVerdict(recorded([0.9, undefined, undefined]), range).outcome).toBe('undecided');
});
