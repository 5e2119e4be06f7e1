import { expect, test } from 'vitest';
import { logLikelihoodRatio, sequentialTest } from './sequential-test.ts';

const story = sequentialTest(0.05, 0.2, { alpha: 0.01, beta: 0.01 });

test("computes Wald's constants", () => {
  // ln(0.2/0.05), ln(0.8/0.95), ln(0.01/0.99), ln(0.99/0.01)
  expect(story).toEqual({ perBad: 1.386294, perGood: -0.17185, accept: -4.59512, reject: 4.59512 });
});

test('stands at zero before the first answer', () => {
  expect(logLikelihoodRatio(story, 0, 0)).toBe(0);
});

test('rejects after four bad answers in a row, accepts after twenty-seven good ones', () => {
  expect(logLikelihoodRatio(story, 3, 3)).toBeLessThan(story.reject);
  expect(logLikelihoodRatio(story, 4, 4)).toBeGreaterThanOrEqual(story.reject);
  expect(logLikelihoodRatio(story, 0, 26)).toBeGreaterThan(story.accept);
  expect(logLikelihoodRatio(story, 0, 27)).toBeLessThanOrEqual(story.accept);
});
