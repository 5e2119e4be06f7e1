import { dot, sumBetween } from './sums-of-products.ts';

/** A share that the walk is weighed for. */
export interface Weighed {
  readonly share: number;
  /** What one bad and one good answer weigh, as logarithms: their chance at this share over that at the share of the walk. */
  readonly logBad: number;
  readonly logGood: number;
  /** `badPowers[i]`, `goodPowers[i]`: what i bad and i good answers weigh. */
  readonly badPowers: Float64Array;
  readonly goodPowers: Float64Array;
  /** Weight of all good answers of one look together. */
  readonly goodOfLook: number;
  readonly rejects: Float64Array;
  readonly accepts: Float64Array;
  /** Chance that no verdict has fallen. */
  undecided: number;
  /** What has ended at the current look, by {@link hopeless}, {@link rejected} and {@link accepted}. */
  readonly ended: Float64Array;
}

/** Walks that no number of good answers brings back from the reject bound: weighed without the good answers of the look. */
export const hopeless = 0;
export const rejected = 1;
export const accepted = 2;

/** Chance that isn't followed: of counts beside the likeliest one, of a row at every share. All of them together hold less than 1e-12. */
export const negligible = 1e-16;
const logNegligible = Math.log(negligible);
/** Stands for the logarithm of 0, so that 0 · −∞ is 0: none of what can't happen is certain. */
const logOfNothing = -1e12;

/** @param most answers that a walk can have. */
export function weighedAt(share: number, drifting: number, perLook: number, looks: number, most: number): Weighed {
  const bad = share / drifting;
  const good = (1 - share) / (1 - drifting);
  return {
    share,
    logBad: Math.max(Math.log(bad), logOfNothing),
    logGood: Math.max(Math.log(good), logOfNothing),
    badPowers: powersOf(bad, most),
    goodPowers: powersOf(good, most),
    goodOfLook: Math.exp(perLook * (drifting - share)),
    rejects: new Float64Array(looks),
    accepts: new Float64Array(looks),
    undecided: 1,
    ended: new Float64Array(3),
  };
}

function powersOf(base: number, most: number): Float64Array {
  const powers = new Float64Array(most + 1);
  for (let power = 1, n = 0; n <= most; n++, power *= base) powers[n] = power;
  return powers;
}

/** Adds what a part of a row weighs to what has ended, for each share at which it counts. `first` is the good count of the cell `start`. */
export function weigh(
  active: readonly Weighed[],
  kind: number,
  cells: Float64Array,
  start: number,
  end: number,
  bad: number,
  first: number,
): void {
  if (start >= end) return;
  const logMass = Math.log(sumBetween(cells, start, end));
  for (let index = 0; index < active.length; index++) {
    const one = active[index] as Weighed;
    if (isNegligible(one, bad, first, end - start, logMass)) continue;
    const weight = dot(cells, start, end, one.goodPowers, first) * (one.badPowers[bad] as number);
    one.ended[kind] = (one.ended[kind] as number) + weight;
  }
}

/** Whether not even its heaviest cell would make a row count. */
export function isNegligible(
  { logBad, logGood }: Weighed,
  bad: number,
  first: number,
  length: number,
  logMass: number,
): boolean {
  const heaviest = logGood > 0 ? first + length - 1 : first;
  return !(logMass + bad * logBad + heaviest * logGood > logNegligible);
}

/** Takes over what has ended at a look. */
export function settle(one: Weighed, index: number): void {
  const { ended } = one;
  const reject = (ended[rejected] as number) + (ended[hopeless] as number) * one.goodOfLook;
  const accept = ended[accepted] as number;
  one.rejects[index] = reject;
  one.accepts[index] = accept;
  one.undecided -= reject + accept;
  ended.fill(0);
}
