import { expect, test } from 'vitest';
import { watchEvidence, watchMultiples, watchQuery } from './watch.ts';

const objective = { name: 'error', indicator: { kind: 'availability' }, acceptable: 0.05, refused: 0.2 } as const;

test('starts without evidence', () => {
  expect(watchEvidence(objective, 0, 0)).toBe(1);
});

test('is a fair bet at the acceptable share: one more answer changes the expected evidence by nothing', () => {
  for (const [bad, good] of [
    [0, 0],
    [3, 40],
    [10, 100],
  ] as const) {
    const next = 0.05 * watchEvidence(objective, bad + 1, good) + 0.95 * watchEvidence(objective, bad, good + 1);
    // Six decimals of each constant are kept.
    expect(next / watchEvidence(objective, bad, good)).toBeCloseTo(1, 5);
  }
});

test('bets only on shares below one', () => {
  expect(watchMultiples({ acceptable: 0.05 })).toEqual([1.5, 2, 3, 7]);
  expect(watchMultiples({ acceptable: 0.2 })).toEqual([1.5, 2, 3]);
});

test('overflows to infinite evidence, never to a value that compares false', () => {
  expect(watchEvidence(objective, 10_000, 0)).toBe(Infinity);
});

test('carries the evidence of fewer answers when failures come in bursts', () => {
  expect(watchEvidence({ ...objective, designEffect: 2 }, 10, 20)).toBeCloseTo(watchEvidence(objective, 5, 10), 3);
});

test('renders the mean of the bets', () => {
  const bet = (perBad: string, perGood: string) => `exp(${perBad} * bad - ${perGood} * good)`;
  expect(watchQuery(objective, { bad: 'bad', good: 'good', total: 'all' })).toBe(
    `(${bet('0.405465', '0.026668')} + ${bet('0.693147', '0.054067')} + ${bet('1.098612', '0.111226')} + ${bet('1.94591', '0.37949')}) / 4`,
  );
});
