import { logLikelihoodRatio, type SequentialTest } from '../sequential-test.ts';

/** Greatest number of good answers beside `bad` that is rejected; below 0 when none is. */
export function greatestRejectedGood(test: SequentialTest, bad: number): number {
  const estimate = Math.floor((test.reject - test.perBad * bad) / test.perGood);
  return settle(estimate + 1, (good) => logLikelihoodRatio(test, bad, bad + good) < test.reject) - 1;
}

/** Least number of good answers beside `bad` that is accepted. */
export function leastAcceptedGood(test: SequentialTest, bad: number): number {
  const estimate = Math.ceil((test.accept - test.perBad * bad) / test.perGood);
  return settle(estimate, (good) => logLikelihoodRatio(test, bad, bad + good) <= test.accept);
}

/** The least count from which a condition holds, next to an estimate that rounding may have moved by one. */
function settle(estimate: number, holds: (count: number) => boolean): number {
  let count = estimate;
  while (holds(count - 1)) count--;
  while (!holds(count)) count++;
  return count;
}
