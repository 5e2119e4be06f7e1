import {
  answersByLook,
  type Arrivals,
  comparisonWalk,
  decisive,
  type GateRun,
  logLikelihoodRatio,
  type WatchStage,
  type WatchTest,
} from '@observed-rollouts/slo';
import { AnswerStream, ArrivalStream, type Uniform } from './draws.ts';

/** How many of a number of simulated releases ended in each way, and after how many looks in all. */
export interface Tally {
  readonly releases: number;
  rejected: number;
  accepted: number;
  outOfTime: number;
  /** Sum and sum of squares of the looks until the end, out of time included. */
  looks: number;
  looksSquared: number;
}

function emptyTally(releases: number): Tally {
  return { releases, rejected: 0, accepted: 0, outOfTime: 0, looks: 0, looksSquared: 0 };
}

function countEnd(tally: Tally, end: 'rejected' | 'accepted' | 'outOfTime', looks: number): void {
  tally[end]++;
  tally.looks += looks;
  tally.looksSquared += looks * looks;
}

/** Plays a gate, one answer after the other; shares no step with the exact computation but the test's own arithmetic. */
export function simulateGate(run: GateRun, share: number, releases: number, uniform: Uniform): Tally {
  const { test, arrivals } = run;
  const tally = emptyTally(releases);
  for (let release = 0; release < releases; release++) {
    const answers = new AnswerStream(uniform, share);
    const arrived = arrivalsBy(arrivals, uniform);
    let bad = 0;
    let total = 0;
    for (let look = 1; ; look++) {
      const count = arrived(look);
      total += count;
      bad += answers.take(count);
      const walk = logLikelihoodRatio(test, bad, total);
      const end = endOf(run, walk, look);
      if (end === undefined) continue;
      countEnd(tally, end, look);
      break;
    }
  }
  return tally;
}

/** Answers that arrive in each look. */
function arrivalsBy({ kind, perLook }: Arrivals, uniform: Uniform): (look: number) => number {
  if (kind === 'fixed') return (look) => answersByLook(perLook, look) - answersByLook(perLook, look - 1);
  const stream = new ArrivalStream(uniform, perLook);
  return () => stream.take();
}

/** A gate that also needs the canary to be worse than stable. */
export interface ComparedRun extends GateRun {
  /** Times as often as stable that the canary has to fail. */
  readonly ratio: number;
  /** Answers of the stable version per look. */
  readonly stablePerLook: number;
  /** What stable's counts reach back to: a number of looks, also to before the release, or the look that first saw the canary. */
  readonly stableSince: number | 'first look';
}

/** Shares of bad answers from the release on, and of stable before it. */
export interface ComparedShares {
  readonly canary: number;
  readonly stable: number;
  readonly stableBefore: number;
}

/** Plays a gate that both tests decide together, with even arrivals. */
export function simulateCompared(run: ComparedRun, shares: ComparedShares, releases: number, uniform: Uniform): Tally {
  const { test, arrivals, ratio } = run;
  const tally = emptyTally(releases);
  for (let release = 0; release < releases; release++) {
    const canary = new AnswerStream(uniform, shares.canary);
    const stableAt = stableCounts(run, shares, uniform);
    let bad = 0;
    for (let look = 1; ; look++) {
      const total = answersByLook(arrivals.perLook, look);
      bad += canary.take(total - answersByLook(arrivals.perLook, look - 1));
      const walk = decisive(
        logLikelihoodRatio(test, bad, total),
        comparisonWalk({ bad, total }, stableAt(look), ratio),
        test.reject,
      );
      const end = endOf(run, walk, look);
      if (end === undefined) continue;
      countEnd(tally, end, look);
      break;
    }
  }
  return tally;
}

function endOf(
  { test, looks }: GateRun,
  walk: number,
  look: number,
): 'rejected' | 'accepted' | 'outOfTime' | undefined {
  if (walk >= test.reject) return 'rejected';
  if (walk <= test.accept) return 'accepted';
  return look === looks ? 'outOfTime' : undefined;
}

/** Stable's counts at each look, asked for in order. */
function stableCounts(run: ComparedRun, shares: ComparedShares, uniform: Uniform) {
  const { stablePerLook, stableSince } = run;
  const stable = new AnswerStream(uniform, shares.stable);
  let bad = 0;
  if (stableSince === 'first look') {
    return (look: number) => {
      const fresh = stable.take(stablePerLook);
      if (look > 1) bad += fresh;
      return { bad, total: stablePerLook * (look - 1) };
    };
  }
  const before = new AnswerStream(uniform, shares.stableBefore);
  const window = Array.from({ length: stableSince }, () => before.take(stablePerLook));
  bad = window.reduce((sum, count) => sum + count, 0);
  return (look: number) => {
    const slot = (look - 1) % stableSince;
    const fresh = stable.take(stablePerLook);
    bad += fresh - (window[slot] as number);
    window[slot] = fresh;
    return { bad, total: stablePerLook * stableSince };
  };
}

/** What the canary's counters hold when the watch starts. */
export interface Counters {
  readonly bad: number;
  readonly total: number;
}

/** Plays gates at a share until one accepts; its counters. Arrivals are even. */
export function drawHandover({ test, arrivals, looks }: GateRun, share: number, uniform: Uniform): Counters {
  for (;;) {
    const answers = new AnswerStream(uniform, share);
    let bad = 0;
    for (let look = 1; look <= looks; look++) {
      const total = answersByLook(arrivals.perLook, look);
      bad += answers.take(total - answersByLook(arrivals.perLook, look - 1));
      const walk = logLikelihoodRatio(test, bad, total);
      if (walk >= test.reject) break;
      if (walk <= test.accept) return { bad, total };
    }
  }
}

/** A watch, the traffic that it sees, and where its counters start. */
export interface WatchRun {
  readonly test: WatchTest;
  readonly stages: readonly WatchStage[];
  readonly start: (uniform: Uniform) => Counters;
}

export const zeroCounters = (): Counters => ({ bad: 0, total: 0 });

/** Plays the watch over stages of even traffic; it never accepts. */
export function simulateWatch(
  { test, stages, start }: WatchRun,
  share: number,
  releases: number,
  uniform: Uniform,
): Tally {
  const tally = emptyTally(releases);
  const arrivals = stages.flatMap(({ answersPerLook, looks }) =>
    Array.from(
      { length: looks },
      (_, index) => answersByLook(answersPerLook, index + 1) - answersByLook(answersPerLook, index),
    ),
  );
  const leastRefused = rememberLeastRefused(test);
  for (let release = 0; release < releases; release++) {
    let { bad, total } = start(uniform);
    const answers = new AnswerStream(uniform, share);
    const look = arrivals.findIndex((arrived) => {
      const fresh = answers.take(arrived);
      total += arrived;
      bad += fresh;
      // Good answers never raise the evidence: without a new bad one it can't have crossed the bound.
      return fresh > 0 && bad >= leastRefused(total);
    });
    if (look < 0) countEnd(tally, 'outOfTime', arrivals.length);
    else countEnd(tally, 'rejected', look + 1);
  }
  return tally;
}

/** Least number of bad answers that the watch refuses among a number of answers; found once for each number. */
function rememberLeastRefused({ evidence, reject }: WatchTest): (total: number) => number {
  const known = new Map<number, number>();
  return (total) => {
    const found = known.get(total);
    if (found !== undefined) return found;
    let least = 0;
    while (evidence(least, total - least) < reject) least++;
    known.set(total, least);
    return least;
  };
}
