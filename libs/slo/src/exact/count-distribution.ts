import type { CountChances } from './pmf.ts';

/** Chances of a count that need not add up to 1: the walks that have not ended; `weights[i]` is the chance of `first + i`. */
export type CountDistribution = CountChances;

/** A distribution without its edges, and the chance of what was taken off. */
export interface Trimmed {
  readonly mass: number;
  readonly rest: CountDistribution;
}

/** Chance of a state below which it is dropped at the edge: what is dropped is counted. */
const negligible = 1e-17;

/** Takes off both edges as far as they are next to nothing. */
export function trim({ first, weights }: CountDistribution): Trimmed {
  let from = 0;
  let to = weights.length;
  let mass = 0;
  while (from < to && (weights[from] as number) < negligible) mass += weights[from++] as number;
  while (to > from && (weights[to - 1] as number) < negligible) mass += weights[--to] as number;
  return { mass, rest: { first: first + from, weights: weights.subarray(from, to) } };
}

export function total({ weights }: CountDistribution): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}
