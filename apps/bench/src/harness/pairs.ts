import type { Spread } from '../benchmark.ts';
import { spreadOf } from './spread.ts';

/** One measurement of a candidate, between two of what it is compared with. */
export interface Pair<M> {
  readonly candidate: M;
  readonly before: M;
  readonly after: M;
}

export interface PairsOptions<S, M> {
  readonly base: S;
  readonly candidates: readonly S[];
  readonly rounds: number;
  /** One short burst; all sides are alive all the time. */
  readonly measure: (side: S, round: number) => Promise<M>;
  readonly signal: AbortSignal;
}

/**
 * Measures in turns (base, first candidate, base, second candidate, …, base), round after round, so that what slows the machine for a while slows both sides
 * of a pair. Every other round takes the candidates in reverse, so that none is always the one after the same neighbour.
 *
 * @returns the pairs of each candidate, in the order of the candidates.
 */
export async function measureInPairs<S, M>(options: PairsOptions<S, M>): Promise<Pair<M>[][]> {
  const { base, candidates, rounds, measure, signal } = options;
  const pairs: Pair<M>[][] = candidates.map(() => []);
  let before = await measure(base, 0);
  for (let round = 0; round < rounds; round++) {
    for (const index of orderOf(round, candidates.length)) {
      signal.throwIfAborted();
      const candidate = await measure(candidates[index] as S, round);
      const after = await measure(base, round);
      pairs[index]?.push({ candidate, before, after });
      before = after;
    }
  }
  return pairs;
}

function orderOf(round: number, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  return round % 2 === 0 ? order : order.reverse();
}

/** The candidate's figure as a multiple of the base's around it, pair by pair. */
export function ratioOf<M>(pairs: readonly Pair<M>[], figure: (measurement: M) => number): Spread {
  return spreadOf(
    pairs.map(({ candidate, before, after }) => figure(candidate) / ((figure(before) + figure(after)) / 2)),
  );
}
