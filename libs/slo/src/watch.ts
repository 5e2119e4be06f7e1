import type { Objective } from './objective.ts';
import type { Counts } from './promql.ts';
import { rounded } from './sequential-test.ts';

/** Multiples of the acceptable share that the watch bets on, from a small breach to a gross one. */
const multiples = [1.5, 2, 3, 7] as const;

/** The multiples that leave a share below 1: at an acceptable share of 20 % nothing fails 7 times as often. */
export function watchMultiples({ acceptable }: Pick<Objective, 'acceptable'>): readonly number[] {
  return multiples.filter((multiple) => multiple * acceptable < 1);
}

/**
 * The evidence that the acceptable share is broken, as an e-value: the mean of the likelihood ratios of several breaches.
 *
 * Units:  1 is no evidence; 400 is met by chance at most once in 400 releases, however often one looks (Ville's inequality).
 * Edge:   no answers: 1. Large counts overflow to Infinity, which is evidence as it should be, never NaN.
 * Source: Ramdas et al., "Game-theoretic statistics and safe anytime-valid inference" (2023).
 */
export function watchEvidence(objective: Objective, bad: number, good: number): number {
  return evidenceOf(objective)(bad, good);
}

/** {@link watchEvidence} of one objective; its bets are set once, for those who ask about many counts. */
export function evidenceOf(objective: Objective): (bad: number, good: number) => number {
  const bets = watchMultiples(objective).map((multiple) => steps(objective, multiple));
  return (bad, good) => {
    let sum = 0;
    for (const { perBad, perGood } of bets) sum += Math.exp(perBad * bad + perGood * good);
    return sum / bets.length;
  };
}

/** PromQL of {@link watchEvidence}. */
export function watchQuery(objective: Objective, { bad, good }: Counts): string {
  const bets = watchMultiples(objective).map((multiple) => {
    const { perBad, perGood } = steps(objective, multiple);
    return `exp(${perBad} * ${bad} - ${-perGood} * ${good})`;
  });
  return `(${bets.join(' + ')}) / ${bets.length}`;
}

function steps(
  { acceptable, designEffect = 1 }: Objective,
  multiple: number,
): { readonly perBad: number; readonly perGood: number } {
  return {
    perBad: rounded(Math.log(multiple) / designEffect),
    perGood: rounded(Math.log((1 - multiple * acceptable) / (1 - acceptable)) / designEffect),
  };
}
