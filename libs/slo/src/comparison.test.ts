import { expect, test } from 'vitest';
import { comparisonQuery, comparisonWalk, decisive, decisiveQuery } from './comparison.ts';

test('without answers the comparison stands at zero', () => {
  expect(comparisonWalk({ bad: 0, total: 0 }, { bad: 0, total: 0 }, 4)).toBe(0);
});

test('a canary that fails far more often than stable is pointed at', () => {
  // 7 of 20 against 6 of 120: 7·ln 4 − 13·ln(1 + 3·20/140) = 9.7041 − 4.6368
  expect(comparisonWalk({ bad: 7, total: 20 }, { bad: 6, total: 120 }, 4)).toBeCloseTo(5.0673, 3);
});

test('a shared outage points away from the canary, more so the longer it lasts', () => {
  const after = (seconds: number) =>
    comparisonWalk({ bad: 0.7 * seconds, total: 2 * seconds }, { bad: 2.8 * seconds, total: 8 * seconds }, 4);
  expect(after(10)).toBeLessThan(0);
  expect(after(60)).toBeLessThan(after(10));
});

test('without stable answers nothing can be blamed on the canary', () => {
  expect(comparisonWalk({ bad: 20, total: 20 }, { bad: 0, total: 0 }, 4)).toBeCloseTo(0, 9);
});

// The reject bound is 5.7, two more than the comparison's own of 3.7.
test.each([
  ['an acceptable walk is the decision, whatever the comparison says', -5, 9, -5],
  ['a broken objective and a worse canary decide by the weaker of both: the objective', 6, 9, 6],
  ['a broken objective and a worse canary decide by the weaker of both: the comparison', 8, 3.5, 5.5],
  ['a comparison at its own bound is at the reject bound', 8, 3.7, 5.7],
  ['a broken objective alone decides nothing', 8, -3, 0],
  ['a worse canary within its objective decides nothing', 0, 9, 0],
])('%s', (_, walk, comparison, decision) => {
  expect(decisive(walk, comparison, 5.7)).toBeCloseTo(decision, 9);
});

test('renders the decision with each operand once', () => {
  expect(decisiveQuery('a', 'c', 5.7)).toBe('clamp_max(a, scalar(clamp_min(c + 2, 0)))');
});

test('renders the comparison of two counts', () => {
  const objective = { name: 'error', indicator: { kind: 'availability' }, acceptable: 0.05, refused: 0.2 } as const;
  const counts = (version: string) => ({ bad: `${version}_bad`, good: `${version}_good`, total: `${version}_all` });
  const versions = { canary: counts('c'), stable: counts('s') };
  const walk = '1.386294 * c_bad - (c_bad + s_bad) * ln(1 + 3 * c_all / clamp_min(c_all + s_all, 1))';
  expect(comparisonQuery(objective, versions)).toBe(walk);
  expect(comparisonQuery({ ...objective, designEffect: 2 }, versions)).toBe(`(${walk}) / 2`);
});
