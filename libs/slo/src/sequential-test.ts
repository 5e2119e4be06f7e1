/** Error rates of one test: `alpha` rejects at the acceptable share, `beta` accepts at the refused one; both in (0, 0.5). */
export interface ErrorRates {
  readonly alpha: number;
  readonly beta: number;
}

/** Wald's sequential probability ratio test of a share of bad answers, as a walk with two bounds. */
export interface SequentialTest {
  /** Added to the walk by each bad answer: ln(p1/p0), above 0. */
  readonly perBad: number;
  /** Added to the walk by each good answer: ln((1−p1)/(1−p0)), below 0. */
  readonly perGood: number;
  /** At or below: the share is acceptable. ln(β/(1−α)), below 0. */
  readonly accept: number;
  /** At or above: the share is refused. ln((1−β)/α), above 0. */
  readonly reject: number;
}

/** Decimals of every constant that reaches PromQL or a condition: more than any verdict depends on, short enough to read. */
const decimals = 6;

/** Rounds to the decimals that reach PromQL. */
export function rounded(value: number): number {
  return Number(value.toFixed(decimals));
}

/**
 * The test of p0 against p1.
 *
 * Units:  shares and error rates from 0 to 1, exclusive; natural logarithms.
 * Edge:   rounded to six decimals, so that TypeScript and the rendered PromQL compute with the very same numbers.
 * Source: Wald, "Sequential Analysis" (1947).
 */
export function sequentialTest(p0: number, p1: number, { alpha, beta }: ErrorRates): SequentialTest {
  return {
    perBad: rounded(Math.log(p1 / p0)),
    perGood: rounded(Math.log((1 - p1) / (1 - p0))),
    accept: rounded(Math.log(beta / (1 - alpha))),
    reject: rounded(Math.log((1 - beta) / alpha)),
  };
}

/** Where the walk stands after `bad` bad answers of `total`; 0 before the first. */
export function logLikelihoodRatio(test: SequentialTest, bad: number, total: number): number {
  return test.perBad * bad + test.perGood * (total - bad);
}
