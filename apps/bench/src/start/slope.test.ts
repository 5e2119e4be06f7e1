import { expect, test } from 'vitest';
import { lateRise, slopeOf } from './slope.ts';

test('the slope is that of the straight line nearest to the points', () => {
  expect(slopeOf([0, 1, 2].map((x) => ({ x, y: 5 + 3 * x })))).toBeCloseTo(3, 12);
  expect(
    slopeOf([
      { x: 0, y: 1 },
      { x: 1, y: -1 },
      { x: 2, y: 1 },
    ]),
  ).toBeCloseTo(0, 12);
  expect(() =>
    slopeOf([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
    ]),
  ).toThrow('slopeOf: got 2 points at one place, expected two places or more');
});

test('what rises at first and stays flat then has no late rise', () => {
  const warmingUp = [0, 2, 4, 6, 8, 10].map((x) => ({ x, y: Math.min(x, 4) }));
  expect(lateRise(warmingUp)).toBeCloseTo(0, 12);
  expect(lateRise([0, 2, 4, 6, 8, 10].map((x) => ({ x, y: 2 * x })))).toBeCloseTo(10, 12);
});
