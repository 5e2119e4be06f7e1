import type { Objective } from '../objective.ts';
import { rounded } from '../sequential-test.ts';
import { evidenceOf } from '../watch.ts';
import { answersByLook } from './arrivals.ts';
import { type CountDistribution, total } from './count-distribution.ts';
import { walkFixed } from './fixed-walk.ts';
import type { GateRun } from './gate-characteristic.ts';
import { binomial, type CountChances } from './pmf.ts';
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
  const arrivals = stages.flatMap(arrivalsOf);
  const rejects = new Float64Array(arrivals.length);
  const kernels = new Map<number, CountChances>();
  let silent = 0;
  let lost = 0;
  for (const handover of start) {
    const state = new RunningCounts(handover.bad);
    let answers = handover.answers;
    let least = 0;
    for (const [look, arrived] of arrivals.entries()) {
      const kernel = kernels.get(arrived) ?? binomial(arrived, share);
      kernels.set(arrived, kernel);
      answers += arrived;
      // More good answers never make the evidence stronger: the least count that refuses only grows.
      while (test.evidence(least, answers - least) < test.reject) least++;
      state.add(kernel);
      rejects[look] = (rejects[look] as number) + state.cutAbove(least);
      lost += state.trim();
      if (state.isEmpty) break;
    }
    silent += state.total;
  }
  return { rejects, silent, lost };
}

function arrivalsOf({ answersPerLook, looks }: WatchStage): number[] {
  return Array.from(
    { length: looks },
    (_, index) => answersByLook(answersPerLook, index + 1) - answersByLook(answersPerLook, index),
  );
}
