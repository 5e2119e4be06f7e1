import type { SequentialTest } from '../sequential-test.ts';
import { greatestRejectedGood, leastAcceptedGood } from './bounds.ts';
import { type CountDistribution, convolve, total } from './count-distribution.ts';
import type { VerdictChances } from './gate-characteristic.ts';
import { type CountChances, type CountRange, poissonAt, poissonRange } from './pmf.ts';

/** The walks with the same number of bad answers, by their number of good ones. */
interface Row {
  readonly bad: number;
  readonly good: CountDistribution;
  /** Logarithm of the chance of the row; −∞ for an empty one. */
  readonly logMass: number;
}

/** A share that the walk is weighed for. */
interface Weighed {
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
  readonly share: number;
}

/** The new answers of one look. */
interface Kernels {
  readonly bad: CountChances;
  readonly good: CountChances;
}

/** What becomes of the walks at one look. */
interface Look {
  /** No number of good answers brings these back from the reject bound: without the good answers of the look. */
  readonly hopeless: readonly Row[];
  readonly rejected: readonly Row[];
  readonly accepted: readonly Row[];
  /** Without a gap: an empty one between two others is kept. */
  readonly undecided: readonly Row[];
}

/** Chance that isn't followed: of counts beside the likeliest one, of a row at every share. All of them together hold less than 1e-12. */
const negligible = 1e-16;
const logNegligible = Math.log(negligible);

/**
 * The walks of many shares with random arrivals, for little more than the price of one.
 *
 * Whatever the share, a walk takes the same paths; only their chances differ, and by a factor that depends on nothing but the counts at the
 * end of a path: (p/q)^bad · ((1−p)/(1−q))^good for a share p beside a share q. So the paths are followed once, at the share q whose
 * walk drifts to neither bound, and what ends at each look is weighed for every p. Along that drift the factor stays within what one look
 * can overshoot, so that no digits are lost.
 *
 * Edge: `lost` is what a share's chances fall short of 1.
 */
export function walkPoissonAt(
  test: SequentialTest,
  shares: readonly number[],
  perLook: number,
  looks: number,
  precision: number,
): VerdictChances[] {
  const drifting = -test.perGood / (test.perBad - test.perGood);
  const most = poissonRange(perLook * looks, negligible).last;
  const weighed = shares.map((share) => weighedAt(share, drifting, perLook, looks, most));
  let rows: readonly Row[] = [rowOf(0, { first: 0, weights: Float64Array.of(1) })];
  for (let look = 1; look <= looks; look++) {
    const active = weighed.filter(({ undecided }) => undecided >= precision);
    if (active.length === 0) break;
    const kernels = kernelsFor(active, drifting, perLook);
    const { undecided, ...ended } = lookOnce(test, rows, kernels, poissonRange(perLook * look, negligible));
    for (const one of active) weigh(one, ended, look - 1);
    rows = withoutEnds(undecided, (row) => active.every((one) => isNegligible(row, one)));
  }
  return weighed.map((one) => {
    const outOfTime = one.undecided >= precision ? weightOf(rows, one) : 0;
    return { rejects: one.rejects, accepts: one.accepts, outOfTime, lost: Math.max(0, one.undecided - outOfTime) };
  });
}

function weighedAt(share: number, drifting: number, perLook: number, looks: number, most: number): Weighed {
  const logBad = Math.log(share / drifting);
  const logGood = Math.log((1 - share) / (1 - drifting));
  const powersOf = (logarithm: number) =>
    Float64Array.from({ length: most + 1 }, (_, n) => Math.exp(times(n, logarithm)));
  return {
    share,
    logBad,
    logGood,
    badPowers: powersOf(logBad),
    goodPowers: powersOf(logGood),
    goodOfLook: Math.exp(perLook * (drifting - share)),
    rejects: new Float64Array(looks),
    accepts: new Float64Array(looks),
    undecided: 1,
  };
}

/** As many new bad and new good answers as any of the shares has a chance of. */
function kernelsFor(active: readonly Weighed[], drifting: number, perLook: number): Kernels {
  const shares = active.map(({ share }) => share);
  const least = Math.min(...shares);
  const most = Math.max(...shares);
  return {
    bad: poissonAt(perLook * drifting, rangeOf(perLook * least, perLook * most)),
    good: poissonAt(perLook * (1 - drifting), rangeOf(perLook * (1 - most), perLook * (1 - least))),
  };
}

function rangeOf(leastMean: number, mostMean: number): CountRange {
  return { first: poissonRange(leastMean, negligible).first, last: poissonRange(mostMean, negligible).last };
}

/** @param answers all answers so far: counts outside are left out. */
function lookOnce(test: SequentialTest, rows: readonly Row[], kernels: Kernels, answers: CountRange): Look {
  const look = { hopeless: [] as Row[], rejected: [] as Row[], accepted: [] as Row[], undecided: [] as Row[] };
  const { first, weights } = kernels.good;
  const mostNew = first + weights.length - 1;
  const fewest = rows[0]?.bad ?? 0;
  const places = rows.length === 0 ? 0 : rows.length + kernels.bad.weights.length - 1;
  for (let place = 0; place < places; place++) {
    const bad = fewest + kernels.bad.first + place;
    const leastGood = answers.first - bad;
    const mostGood = answers.last - bad;
    const low = greatestRejectedGood(test, bad);
    const high = leastAcceptedGood(test, bad);
    const before = mixOf(rows, kernels.bad.weights, place);
    look.hopeless.push(rowOf(bad, between(before, leastGood - mostNew, Math.min(low - mostNew, mostGood))));
    const good = convolve(between(before, low - mostNew + 1, mostGood - first), kernels.good);
    look.rejected.push(rowOf(bad, between(good, leastGood, Math.min(low, mostGood))));
    look.accepted.push(rowOf(bad, between(good, high, mostGood)));
    look.undecided.push(rowOf(bad, between(good, Math.max(low + 1, leastGood), Math.min(high - 1, mostGood))));
  }
  return look;
}

function rowOf(bad: number, good: CountDistribution): Row {
  return { bad, good, logMass: Math.log(total(good)) };
}

/** Sum of the rows that come to the given place, each times the chance of its step; rows follow each other without a gap. */
function mixOf(rows: readonly Row[], chances: Float64Array, place: number): CountDistribution {
  const lowest = Math.max(0, place - chances.length + 1);
  const highest = Math.min(place, rows.length - 1);
  let first = Infinity;
  let end = 0;
  for (let index = lowest; index <= highest; index++) {
    const { good } = rows[index] as Row;
    if (good.weights.length === 0) continue;
    first = Math.min(first, good.first);
    end = Math.max(end, good.first + good.weights.length);
  }
  if (end === 0) return nothing;
  const weights = new Float64Array(end - first);
  for (let index = lowest; index <= highest; index++) {
    const { good } = rows[index] as Row;
    const chance = chances[place - index] as number;
    const offset = good.first - first;
    for (let i = 0; i < good.weights.length; i++) {
      weights[offset + i] = (weights[offset + i] as number) + chance * (good.weights[i] as number);
    }
  }
  return { first, weights };
}

const nothing: CountDistribution = { first: 0, weights: new Float64Array(0) };

/** The counts from `least` to `most`. */
function between({ first, weights }: CountDistribution, least: number, most: number): CountDistribution {
  const from = Math.max(0, least - first);
  const to = Math.min(weights.length, most - first + 1);
  return to > from ? { first: first + from, weights: weights.subarray(from, to) } : nothing;
}

function withoutEnds(rows: readonly Row[], isLeftOut: (row: Row) => boolean): readonly Row[] {
  const isKept = (row: Row) => !isLeftOut(row);
  return rows.slice(Math.max(0, rows.findIndex(isKept)), rows.findLastIndex(isKept) + 1);
}

function weigh(one: Weighed, { hopeless, rejected, accepted }: Omit<Look, 'undecided'>, index: number): void {
  const reject = weightOf(rejected, one) + weightOf(hopeless, one) * one.goodOfLook;
  const accept = weightOf(accepted, one);
  one.rejects[index] = reject;
  one.accepts[index] = accept;
  one.undecided -= reject + accept;
}

/** Chance of the rows at a share. */
function weightOf(rows: readonly Row[], one: Weighed): number {
  let sum = 0;
  for (const row of rows) {
    if (isNegligible(row, one)) continue;
    const { weights } = row.good;
    sum += dot(weights, one.goodPowers, row.good.first) * (one.badPowers[row.bad] as number);
  }
  return sum;
}

/** Sum of the products with the powers from `first` on; four sums that don't wait for each other are twice as fast as one. */
function dot(weights: Float64Array, powers: Float64Array, first: number): number {
  const { length } = weights;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += (weights[i] as number) * (powers[first + i] as number);
    b += (weights[i + 1] as number) * (powers[first + i + 1] as number);
    c += (weights[i + 2] as number) * (powers[first + i + 2] as number);
    d += (weights[i + 3] as number) * (powers[first + i + 3] as number);
  }
  for (; i < length; i++) a += (weights[i] as number) * (powers[first + i] as number);
  return a + b + (c + d);
}

/** Whether not even the row's heaviest cell would make it count. */
function isNegligible(row: Row, one: Weighed): boolean {
  const last = times(row.good.weights.length - 1, one.logGood);
  return !(row.logMass + logWeightOfFirst(row, one) + Math.max(0, last) > logNegligible);
}

function logWeightOfFirst({ bad, good }: Row, { logBad, logGood }: Weighed): number {
  return times(bad, logBad) + times(good.first, logGood);
}

/** 0 · −∞ = 0 here: none of what can't happen is certain. */
function times(count: number, logarithm: number): number {
  return count === 0 ? 0 : count * logarithm;
}
