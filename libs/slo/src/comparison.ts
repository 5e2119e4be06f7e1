import type { Objective } from './objective.ts';
import type { ReleaseCounts } from './release-counts.ts';
import { rounded } from './sequential-test.ts';

/** The risk ratio that the comparison is built to notice: the same step that the objective's own test is built for. */
export function riskRatio({ acceptable, refused }: Objective): number {
  return refused / acceptable;
}

/**
 * The log-likelihood ratio of "the canary fails r times as often as stable" against "both fail alike", whatever their common share is.
 *
 * Given that T answers were bad on both sides together, the canary's part of them is binomial: with share w of all answers if both fail alike, and with
 * w·r/(1 + w(r−1)) if the canary fails r times as often. That gives bad_canary·ln r − T·ln(1 + w(r−1)).
 *
 * Units:  counts of answers over the same time.
 * Edge:   no answers at all: 0. A shared outage leaves it around or below 0 however many answers fail.
 */
export function comparisonWalk(
  canary: { readonly bad: number; readonly total: number },
  stable: { readonly bad: number; readonly total: number },
  ratio: number,
): number {
  const share = canary.total / Math.max(canary.total + stable.total, 1);
  return canary.bad * Math.log(ratio) - (canary.bad + stable.bad) * Math.log(1 + share * (ratio - 1));
}

/** PromQL of {@link comparisonWalk}; one sample without labels, never NaN: the only divisor is at least 1. */
export function comparisonQuery(objective: Objective, { canary, stable }: ReleaseCounts): string {
  const ratio = riskRatio(objective);
  const { designEffect = 1 } = objective;
  const share = `${canary.total} / clamp_min(${canary.total} + ${stable.total}, 1)`;
  const walk =
    `${rounded(Math.log(ratio))} * ${canary.bad} ` +
    `- (${canary.bad} + ${stable.bad}) * ln(1 + ${rounded(ratio - 1)} * ${share})`;
  return designEffect === 1 ? walk : `(${walk}) / ${designEffect}`;
}

/**
 * Where the comparison blames the canary: evidence of e^3.7, 40 to 1, that it fails more often than stable.
 *
 * Nearer than the gate's reject bound, because another promise depends on it. The objective's own test bounds the false aborts of a good release, whatever the comparison
 * says; the comparison bounds how often the canary is blamed for what both versions share: in at most 1 % of the releases, whatever the share is.
 * Measured with the story's traffic, for each bound: how often the canary is blamed when both fail 9 %, the worst share, and the time to the verdict on a canary that fails 35 %.
 *
 *   3.5   1.15 %   median  9 s, 99 % within 24 s
 *   3.7   0.95 %   median  9 s, 99 % within 25 s
 *   4     0.73 %   median 10 s, 99 % within 26 s
 *   5.5   0.21 %   median 13 s, 99 % within 32 s, the gate's own bound
 *
 * `npm run prove` plays these releases.
 */
export const comparisonBound = 3.7;

/**
 * One value that holds both tests, so that Argo Rollouts, which judges each metric alone, can need both for an abort.
 *
 * At or below the accept bound: the objective is met. At or above the reject bound: it is broken, and the canary is worse than stable. In between: undecided,
 * which is where an outage that both versions share stays. The comparison is moved up, so that it is at the reject bound when it is at its own.
 */
export function decisive(walk: number, comparison: number, reject: number): number {
  return Math.min(walk, Math.max(0, comparison + (reject - comparisonBound)));
}

/**
 * PromQL of {@link decisive}; one sample without labels where both operands are.
 *
 * Each of them stands in it once: Prometheus computes what is written twice twice.
 */
export function decisiveQuery(walk: string, comparison: string, reject: number): string {
  const moved = `${comparison} + ${rounded(reject - comparisonBound)}`;
  return `clamp_max(${walk}, scalar(clamp_min(${moved}, 0)))`;
}
