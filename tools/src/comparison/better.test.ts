import { expect, test } from 'vitest';
import { betterSections } from './better.ts';
import type { Cell } from './compare.ts';
import { releaseWith } from './story-release.fixture.ts';
import type { Study } from './study.ts';

const never = { share: 0, low: 0, high: 0.01 };
const always = { share: 1, low: 0.99, high: 1 };
const rightly: Cell = {
  ends: { aborted: always, promoted: never, paused: never },
  right: always,
  p50: 10,
  p99: 20,
  bad: 5,
  excess: 4,
  excessInAll: 4,
};
const wrongly: Cell = { ...rightly, ends: { aborted: never, promoted: always, paused: never }, right: never };

/** One release that is to be aborted, judged by the gate and by one other rule. */
function studyOf(gate: Cell, other: Cell): Study {
  const situation = { ...releaseWith(0.35), right: ['aborted' as const], weakness: 'The reason.' };
  return {
    rules: [{ title: 'this gate' }, { title: 'other' }],
    situations: { errors: [situation], latency: [], trouble: [] },
    comparison: new Map([[situation, [gate, other]]]),
  } as unknown as Study;
}

test('says so when no rule does better anywhere', () => {
  expect(betterSections(studyOf(rightly, wrongly))).toEqual(['In none of these situations.']);
});

test('a rule that is right more often is named, with the reason', () => {
  const text = betterSections(studyOf(wrongly, rightly)).join('\n');
  expect(text).toContain('### More right ends');
  expect(text).toContain('The reason.');
  expect(text).toContain('| 0.35 fail | 0 (≤ 1 %) | other: 100 % (≥ 99) |');
});

test('a rule whose interval touches the gate’s is not named as right more often', () => {
  const gate = { ...rightly, right: { share: 0.9, low: 0.88, high: 0.92 } };
  const other = { ...rightly, right: { share: 0.93, low: 0.91, high: 0.95 } };
  expect(betterSections(studyOf(gate, other)).join('\n')).not.toContain('### More right ends');
});

test('a rule that ends sooner and is right as often is named, one that is only quick is not', () => {
  const quick = { p50: 5, p99: 15 };
  expect(betterSections(studyOf(rightly, { ...rightly, ...quick })).join('\n')).toContain(
    '| 10 s / 20 s | other: 5 s / 15 s |',
  );
  expect(betterSections(studyOf(rightly, { ...wrongly, ...quick })).join('\n')).not.toContain('### Sooner');
});

test('a known end is claimed for rules whose longest time is shorter', () => {
  expect(betterSections(studyOf(rightly, { ...wrongly, p99: 15 })).join('\n')).toContain('15 s for “other”');
});

test('less harm counts from a tenth on', () => {
  expect(betterSections(studyOf(rightly, { ...wrongly, excessInAll: 3.5 })).join('\n')).toContain(
    '| 4.0 | other: 3.5 |',
  );
  expect(betterSections(studyOf(rightly, { ...wrongly, excessInAll: 3.9 })).join('\n')).not.toContain(
    'Fewer bad answers',
  );
});
