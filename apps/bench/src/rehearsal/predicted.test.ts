import { pingServiceLevel } from '@observed-rollouts/slo';
import { expect, test } from 'vitest';
import { declaredShare, environmentOf, predictedSeconds } from './predicted.ts';

test.each([
  ['errors', [0.35, 0]],
  ['slow', [0.05, 0.45]],
  ['best', [0.03, 0]],
])('release %s declares the shares of its file', (release, shares) => {
  const environment = { PING_SUCCESS_PERCENT: '95', ...environmentOf(release) };
  const declared = pingServiceLevel.objectives.map((objective) => declaredShare(objective, environment));
  for (const [index, share] of shares.entries()) expect(declared[index]).toBeCloseTo(share, 12);
});

test('the worse a release, the sooner its verdict; one that passes waits for its last objective', () => {
  const refused = (percent: number) => predictedSeconds({ PING_SUCCESS_PERCENT: `${100 - percent}` }, 'refused');
  expect(refused(35).mean).toBeLessThan(refused(20).mean);
  // Four failures are more than the bound of 5.489: two looks of two answers, when all fail.
  expect(predictedSeconds({ PING_SUCCESS_PERCENT: '0' }, 'refused')).toEqual({ mean: 2, median: 2 });
  const { mean, median } = predictedSeconds({ PING_SUCCESS_PERCENT: '97' }, 'passed');
  expect(mean).toBeGreaterThan(median);
});
