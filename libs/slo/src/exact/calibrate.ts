import { type ErrorRates, type SequentialTest, sequentialTest } from '../sequential-test.ts';
import type { Arrivals } from './arrivals.ts';
import type { BoundRange } from './fixed-walk.ts';
import { type GateRun, verdictSums } from './gate-characteristic.ts';
import { isCheapAtRandom } from './poisson-walk.ts';

/** Ways in which answers can come, each with the number of looks at them. */
export type Traffic = readonly Pick<GateRun, 'arrivals' | 'looks'>[];

/** What calibrated bounds must keep, and for which traffic. */
export interface CalibrationGoal {
  readonly acceptable: number;
  readonly refused: number;
  readonly rates: ErrorRates;
  /** Answers of the canary per look at its declared rate, above 0. */
  readonly answersPerLook: number;
  /** Looks until the gate gives up. */
  readonly looks: number;
}

/** A test whose bounds are as near as its error rates allow. */
export interface Calibration {
  readonly test: SequentialTest;
  /** Greatest exact chance of a reject at the acceptable share, over all traffic that the bounds were calibrated for. */
  readonly falseReject: number;
  /** Greatest exact chance of an accept at the refused share, likewise. */
  readonly falseAccept: number;
  /** The traffic that was considered. */
  readonly runs: Traffic;
}

/** Bounds are multiples of this, so that a reader can hold on to them. */
const decimals = 3;
/** Part of an allowed error rate that is left uncomputed; counted as an error, so that what is found is never too narrow. */
const leftOut = 1e-4;
/** Multiples of the time that a walk drifts to Wald's bound after which no walk goes on, for every practical purpose. */
const longest = 60;

/**
 * The traffic that bounds have to hold for: the declared rate, dealt out evenly and at random, and the least favourable one.
 *
 * Bounds profit from looks that bring many answers at once, for the walk then overshoots them, and from a budget that ends before the walk
 * does. Other traffic takes that away, so the bounds must hold for a look after every single answer as well, for as long as it takes; then
 * they hold whatever the canary gets, at night too. Random arrivals are left out where they would take seconds to compute.
 */
export function trafficToHoldFor(
  test: SequentialTest,
  shares: readonly number[],
  perLook: number,
  looks: number,
): Traffic {
  const even: Arrivals = { kind: 'fixed', perLook };
  const random: Arrivals = { kind: 'poisson', perLook };
  const single: Arrivals = { kind: 'fixed', perLook: 1 };
  return [
    { arrivals: single, looks: longestWalk(test, shares) },
    { arrivals: even, looks },
    ...(isCheapAtRandom(test, perLook, looks) ? [{ arrivals: random, looks }] : []),
  ];
}

function longestWalk(test: SequentialTest, shares: readonly number[]): number {
  const drift = Math.min(...shares.map((share) => Math.abs(share * test.perBad + (1 - share) * test.perGood)));
  return Math.ceil((longest * Math.max(test.reject, -test.accept)) / drift);
}

/**
 * The nearest bounds that keep the error rates exactly.
 *
 * There is one pair that is nearest on both sides, so that it ends every single walk soonest and no criterion has to weigh one side against
 * the other. Moving a bound away turns no walk into an error on its own side, and pulling the other one in turns none into one either;
 * so of two pairs that keep the rates, the nearer reject bound together with the nearer accept bound keeps them too. The search starts at 0
 * and moves each bound out as far as it must, in turns, until both hold: that ends at the nearest pair.
 *
 * Edge: rounded to three decimals and verified as rounded; never farther than Wald's by more than that rounding.
 */
export function calibratedTest(goal: CalibrationGoal, traffic?: Traffic): Calibration {
  const { acceptable, refused, rates } = goal;
  const steps = sequentialTest(acceptable, refused, rates);
  const runs = traffic ?? trafficToHoldFor(steps, [acceptable, refused], goal.answersPerLook, goal.looks);
  const unit = 10 ** -decimals;
  const pair = (reject: number, accept: number): SequentialTest => ({
    ...steps,
    reject: Number((reject * unit).toFixed(decimals)),
    accept: Number((-accept * unit).toFixed(decimals)),
  });
  const precision = leftOut * Math.min(rates.alpha, rates.beta);
  const falseReject = greatestOver(acceptable, precision, 'reject');
  const falseAccept = greatestOver(refused, precision, 'accept');
  let reject = 1;
  let accept = 1;
  // Cheap traffic first: what it demands, all traffic demands.
  for (const considered of runs.map((_, index) => runs.slice(0, index + 1))) {
    for (let settled = false; !settled;) {
      const before = `${reject} ${accept}`;
      reject = leastFrom(reject, rates.alpha, (bound) => falseReject(pair(bound, accept), considered));
      accept = leastFrom(accept, rates.beta, (bound) => falseAccept(pair(reject, bound), considered));
      settled = before === `${reject} ${accept}`;
    }
  }
  const test = pair(reject, accept);
  return {
    test,
    falseReject: falseReject(test, runs).chance,
    falseAccept: falseAccept(test, runs).chance,
    runs,
  };
}

/** Chance of an error, and the bounds on its side that give the same one. */
interface ErrorChance {
  readonly chance: number;
  readonly same: BoundRange;
}

/** Greatest chance of one kind of error over all traffic, computed once for each pair of bounds: the search ends where it has been. */
function greatestOver(
  share: number,
  precision: number,
  verdict: 'reject' | 'accept',
): (test: SequentialTest, traffic: Traffic) => ErrorChance {
  const known = new Map<Traffic[number], Map<string, ErrorChance>>();
  const chanceOf = (test: SequentialTest, run: Traffic[number]) => {
    const ofRun = known.get(run) ?? new Map<string, ErrorChance>();
    known.set(run, ofRun);
    const key = `${test.reject} ${test.accept}`;
    const found = ofRun.get(key);
    if (found !== undefined) return found;
    const sums = verdictSums({ test, ...run }, share, precision);
    const bound = Math.abs(test[verdict]);
    const computed = {
      chance: sums[verdict] + sums.lost,
      same: sums.same?.[verdict] ?? { nearer: bound, farther: bound },
    };
    ofRun.set(key, computed);
    return computed;
  };
  return (test, traffic) => {
    const chances = traffic.map((run) => chanceOf(test, run));
    return {
      chance: Math.max(...chances.map(({ chance }) => chance)),
      same: {
        nearer: Math.max(...chances.map(({ same }) => same.nearer)),
        farther: Math.min(...chances.map(({ same }) => same.farther)),
      },
    };
  };
}

/** Keeps a bound that rounding may have taken for another out of a range. */
const roundingSlack = 1e-6;

/**
 * Least bound from `start` on, in units, at which an error is at most as likely as allowed; it gets rarer as the bound moves out.
 *
 * An error rate falls by about e for each unit of evidence that its bound moves out: each guess goes where that leads to. It falls in steps, because
 * the evidence does: a guess stands for all bounds with the same result. A guess that leaves more than half of what there was is followed by the middle.
 */
function leastFrom(start: number, allowed: number, errorAt: (bound: number) => ErrorChance): number {
  const unitsPerEvidence = 10 ** decimals;
  let tooNear = start - 1;
  let enough = Infinity;
  let guess = start;
  for (let before = Infinity; ;) {
    const { chance, same } = errorAt(guess);
    if (chance <= allowed) enough = Math.min(guess, Math.floor(same.nearer * unitsPerEvidence + roundingSlack) + 1);
    else tooNear = Math.max(guess, Math.floor(same.farther * unitsPerEvidence - roundingSlack));
    const left = enough - tooNear;
    if (left <= 1) return tooNear + 1;
    const isSlow = left < Infinity && left > before / 2;
    const step = Math.ceil(Math.log(chance / allowed) * unitsPerEvidence);
    guess = isSlow ? Math.floor((tooNear + enough) / 2) : Math.max(tooNear + 1, Math.min(guess + step, enough - 1));
    before = left;
  }
}
