import type { Objective } from '../objective.ts';
import { rounded } from '../sequential-test.ts';
import { evidenceOf } from '../watch.ts';
import { answersByLook } from './arrivals.ts';
import { type CountDistribution, total } from './count-distribution.ts';
import { walkFixed } from './fixed-walk.ts';
import type { GateRun } from './gate-characteristic.ts';
import { RunningCounts } from './running-counts.ts';

/** Evidence that may be looked at forever, and where it refuses the release. */
export interface WatchTest {
  /** An e-value that grows with each bad answer and never with a good one. */
  readonly evidence: (bad: number, good: number) => number;
  /** Evidence at or above refuses the release; 1/α keeps the chance of a false abort at most α, however often one looks. */
  readonly reject: number;
}

/** The watch of an objective with its share of the false-abort chance. */
export function watchTest(objective: Objective, alpha: number): WatchTest {
  return { evidence: evidenceOf(objective), reject: rounded(1 / alpha) };
}

/** A time of constant traffic to the canary: one weight of a release. */
export interface WatchStage {
  readonly answersPerLook: number;
  readonly looks: number;
}

/** What the canary's counters already hold when the watch starts: the chances of the bad answers for one number of answers. */
export interface Handover {
  readonly answers: number;
  readonly bad: CountDistribution;
}

/** Counters at zero: the watch starts with the canary's pods. */
export const fromZero: readonly Handover[] = [{ answers: 0, bad: { first: 0, weights: Float64Array.of(1) } }];

/**
 * The counters with which a release of the given share leaves the gate, all of them together with chance 1.
 *
 * Errors: a RangeError when such a release has no chance to pass, or when arrivals aren't even: the state is then no single number.
 */
export function gateHandover({ test, arrivals, looks }: GateRun, share: number): Handover[] {
  if (arrivals.kind !== 'fixed') throw new RangeError('handover: got random arrivals, expected fixed ones');
  const accepted: Handover[] = [];
  walkFixed(test, share, arrivals.perLook, looks, 1e-12, (answers, bad) => accepted.push({ answers, bad }));
  const sum = accepted.reduce((chance, { bad }) => chance + total(bad), 0);
  if (sum < 1e-9) throw new RangeError(`handover: a share of ${share} never passes the gate`);
  return accepted.map(({ answers, bad }) => ({
    answers,
    bad: { first: bad.first, weights: bad.weights.map((chance) => chance / sum) },
  }));
}

/** Chances that the watch refuses the release at each look (index 0 is the first), and that it never does. */
export interface WatchChances {
  readonly rejects: Float64Array;
  readonly silent: number;
  readonly lost: number;
}

/**
 * Exact chances of the watch over stages of constant traffic.
 *
 * Edge: the counters go on through the stages and keep what `start` brought along, as the canary's pods do.
 */
export function watchChances(
  test: WatchTest,
  stages: readonly WatchStage[],
  share: number,
  start: readonly Handover[] = fromZero,
): WatchChances {
  const arrivals = arrivalsOf(stages);
  const rejects = new Float64Array(arrivals.length);
  const walks = new WatchWalks(test, share);
  let silent = 0;
  let lost = 0;
  for (const handover of start) {
    const left = walks.follow(handover, arrivals, rejects);
    silent += left.silent;
    lost += left.lost;
  }
  return { rejects, silent, lost };
}

/** What becomes of the counters of one start. */
interface WatchSums {
  readonly refused: number;
  readonly silent: number;
  readonly lost: number;
}

/** The walks of one share under a watch, from any counters on. */
export class WatchWalks {
  readonly #test: WatchTest;
  readonly #share: number;
  /** Least count that refuses, by the number of answers: other counters come to the same numbers. */
  readonly #leastRefused = new Map<number, number>();

  constructor(test: WatchTest, share: number) {
    this.#test = test;
    this.#share = share;
  }

  /** @param rejects the chance of being refused at each look is added to it. */
  follow({ answers: before, bad }: Handover, arrivals: readonly number[], rejects?: Float64Array): WatchSums {
    const state = new RunningCounts(bad);
    let answers = before;
    let least = 0;
    let refused = 0;
    for (let look = 0; look < arrivals.length && !state.isEmpty; look++) {
      const arrived = arrivals[look] as number;
      answers += arrived;
      state.add(arrived, this.#share);
      least = this.#leastFrom(least, answers);
      let atLook = 0;
      while (!state.isEmpty && state.greatest >= least) atLook += state.dropGreatest();
      refused += atLook;
      if (rejects !== undefined) rejects[look] = (rejects[look] as number) + atLook;
    }
    return { refused, silent: state.total, lost: state.lost };
  }

  /** More good answers never make the evidence stronger: the least count that refuses only grows. */
  #leastFrom(start: number, answers: number): number {
    const known = this.#leastRefused.get(answers);
    if (known !== undefined) return known;
    let least = start;
    while (this.#test.evidence(least, answers - least) < this.#test.reject) least++;
    this.#leastRefused.set(answers, least);
    return least;
  }
}

/** Answers at each look of the stages. */
export function arrivalsOf(stages: readonly WatchStage[]): number[] {
  return stages.flatMap(({ answersPerLook, looks }) =>
    Array.from(
      { length: looks },
      (_, index) => answersByLook(answersPerLook, index + 1) - answersByLook(answersPerLook, index),
    ),
  );
}
