import { expect, test } from 'vitest';
import { quantile, spreadOf } from './spread.ts';

test('samples become their median and quartiles, whatever their order', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, lowerQuartile: 2, upperQuartile: 4, samples: 5 });
  expect(spreadOf([4, 2])).toEqual({ median: 3, lowerQuartile: 2.5, upperQuartile: 3.5, samples: 2 });
  expect(spreadOf([7])).toEqual({ median: 7, lowerQuartile: 7, upperQuartile: 7, samples: 1 });
});

test('nothing measured is an error, not a figure', () => {
  expect(() => spreadOf([])).toThrow('spreadOf: nothing was measured, got no sample, expected finite numbers');
  expect(() => spreadOf([1, NaN])).toThrow('spreadOf: nothing was measured, got NaN, expected finite numbers');
});

test('the largest quantile is the largest sample', () => {
  expect(quantile([1, 2, 9], 1)).toBe(9);
  expect(quantile([1, 2, 9], 0)).toBe(1);
});
