import type { SequentialTest } from '../sequential-test.ts';
import type { Arrivals } from './arrivals.ts';
import { sumFixed, type VerdictSums, walkFixed } from './fixed-walk.ts';
import { walkPoisson } from './poisson-walk.ts';
import { walkPoissonAt } from './tilted-walk.ts';

/** A sequential test that is looked at a number of times, and what reaches it between the looks. */
export interface GateRun {
  readonly test: SequentialTest;
  readonly arrivals: Arrivals;
  /** Looks until the gate gives up, at least 1. */
  readonly looks: number;
}

/** When the walk of one share of bad answers ends: `rejects[0]` is the chance of a reject at the first look. */
export interface VerdictChances {
  readonly rejects: Float64Array;
  readonly accepts: Float64Array;
  /** Chance of no verdict by the last look. */
  readonly outOfTime: number;
  /** Chance that was left out of the computation; bounds the error of every other chance. */
  readonly lost: number;
}

/** Looks until a verdict, given that there is one. */
export interface LookSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
}

/** What a gate does with releases of one true share of bad answers. All chances are from 0 to 1 and exact but for `lost`. */
export interface GateCharacteristic {
  readonly share: number;
  readonly reject: number;
  readonly accept: number;
  readonly outOfTime: number;
  readonly lost: number;
  /** Looks until a verdict of either kind; `undefined` where the verdict has no chance at all, as for the two below. */
  readonly verdict: LookSummary | undefined;
  readonly rejected: LookSummary | undefined;
  readonly accepted: LookSummary | undefined;
  /** Looks until the gate ends in any way, out of time included. */
  readonly meanLooks: number;
  /** Bad answers of the canary until then, on average: Wald's identity. */
  readonly badAnswers: number;
}

/** Chance of survival below which the rest of the looks is not computed; it is counted as lost. */
const defaultPrecision = 1e-13;

/**
 * Computes the walk look by look, without simulation.
 *
 * Units:  `share` from 0 to 1, ends included.
 * Edge:   bounds are compared as the rendered PromQL does, in floating point of the same constants.
 * Errors: a RangeError on a share outside 0 to 1, on fewer than one look and on arrivals that are not above 0.
 */
export function verdictChances(run: GateRun, share: number, precision = defaultPrecision): VerdictChances {
  check(run, [share]);
  const { test, arrivals, looks } = run;
  const walk = arrivals.kind === 'fixed' ? walkFixed : walkPoisson;
  return walk(test, share, arrivals.perLook, looks, precision);
}

/** The sums of {@link verdictChances}. */
export function verdictSums(run: GateRun, share: number, precision: number): VerdictSums {
  const { test, arrivals, looks } = run;
  if (arrivals.kind === 'fixed') return sumFixed(test, share, arrivals.perLook, looks, precision);
  const { rejects, accepts, lost } = verdictChances(run, share, precision);
  return { reject: sumOf(rejects), accept: sumOf(accepts), lost };
}

function check({ arrivals, looks }: GateRun, shares: readonly number[]): void {
  const wrong = shares.find((share) => !(share >= 0 && share <= 1));
  if (wrong !== undefined) throw new RangeError(`share: got ${wrong}, expected 0 to 1`);
  if (!(Number.isInteger(looks) && looks >= 1)) throw new RangeError(`looks: got ${looks}, expected at least 1`);
  if (!(arrivals.perLook > 0)) throw new RangeError(`answers per look: got ${arrivals.perLook}, expected more than 0`);
}

/** {@link verdictChances} with its sums. */
export function gateCharacteristic(run: GateRun, share: number, precision = defaultPrecision): GateCharacteristic {
  return characteristicOf(run, share, verdictChances(run, share, precision));
}

/** Part of the chances whose loss means that numbers were too small for the walk of all shares together. */
const mostLost = 1e-12;

/**
 * {@link gateCharacteristic} at many shares, in their order: with random arrivals for little more than the price of one.
 *
 * Errors: as {@link verdictChances}.
 */
export function operatingCurve(run: GateRun, shares: readonly number[]): GateCharacteristic[] {
  check(run, shares);
  const { test, arrivals, looks } = run;
  if (arrivals.kind === 'fixed') return shares.map((share) => gateCharacteristic(run, share));
  return walkPoissonAt(test, shares, arrivals.perLook, looks, defaultPrecision).map((chances, index) => {
    const share = shares[index] as number;
    return chances.lost <= mostLost ? characteristicOf(run, share, chances) : gateCharacteristic(run, share);
  });
}

function characteristicOf(run: GateRun, share: number, chances: VerdictChances): GateCharacteristic {
  const { rejects, accepts, outOfTime, lost } = chances;
  const verdicts = rejects.map((chance, look) => chance + (accepts[look] as number));
  const meanLooks = momentOf(verdicts) + outOfTime * run.looks;
  return {
    share,
    reject: sumOf(rejects),
    accept: sumOf(accepts),
    outOfTime,
    lost,
    verdict: summarizeLooks(verdicts),
    rejected: summarizeLooks(rejects),
    accepted: summarizeLooks(accepts),
    meanLooks,
    badAnswers: share * run.arrivals.perLook * meanLooks,
  };
}

/** Least chance of a verdict that its time is worth stating for. */
const leastChance = 1e-6;

/** Summary of chances by look (index 0 is the first look), divided by their sum; `undefined` when that is next to nothing. */
export function summarizeLooks(chances: Float64Array): LookSummary | undefined {
  const total = sumOf(chances);
  if (total < leastChance) return undefined;
  return {
    mean: momentOf(chances) / total,
    p50: quantileOf(chances, 0.5 * total),
    p99: quantileOf(chances, 0.99 * total),
  };
}

/** First look by which at least this much chance has come; the last look when rounding leaves it just short. */
export function quantileOf(chances: Float64Array, mass: number): number {
  let sum = 0;
  const index = chances.findIndex((chance) => (sum += chance) >= mass);
  return index < 0 ? chances.length : index + 1;
}

export function sumOf(chances: Float64Array): number {
  return chances.reduce((sum, chance) => sum + chance, 0);
}

function momentOf(chances: Float64Array): number {
  return chances.reduce((sum, chance, index) => sum + chance * (index + 1), 0);
}
