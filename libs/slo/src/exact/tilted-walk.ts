import type { SequentialTest } from '../sequential-test.ts';
import { greatestRejectedGood, leastAcceptedGood } from './bounds.ts';
import type { CountDistribution } from './count-distribution.ts';
import type { VerdictChances } from './gate-characteristic.ts';
import { type CountChances, type CountRange, poissonAt, poissonRange } from './pmf.ts';
import { addScaled, convolve, dot, sumBetween } from './sums-of-products.ts';
import {
  accepted,
  hopeless,
  isNegligible,
  negligible,
  rejected,
  settle,
  weigh,
  type Weighed,
  weighedAt,
} from './weighed-share.ts';

/** The walks with the same number of bad answers, by their number of good ones. */
interface Row {
  readonly bad: number;
  readonly good: CountDistribution;
  /** Logarithm of the chance of the row; −∞ for an empty one. */
  readonly logMass: number;
}

/** The new answers of one look. */
interface Kernels {
  /** Lowest and highest share that they are for. */
  readonly least: number;
  readonly most: number;
  readonly bad: CountChances;
  readonly good: CountChances;
}

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
  const walk = new TiltedWalk(test, drifting, perLook, weighed);
  for (let look = 1; look <= looks; look++) {
    if (!walk.goOn(look, precision)) break;
  }
  return weighed.map((one) => {
    const outOfTime = one.undecided >= precision ? walk.chanceAt(one) : 0;
    return { rejects: one.rejects, accepts: one.accepts, outOfTime, lost: Math.max(0, one.undecided - outOfTime) };
  });
}

/** The walks at the share that drifts to neither bound. */
class TiltedWalk {
  readonly #test: SequentialTest;
  /** The bounds of each row that the walk has come to, by its bad answers. */
  readonly #bounds: { readonly low: number; readonly high: number }[] = [];
  readonly #drifting: number;
  readonly #perLook: number;
  /** Those that the walk goes on for. */
  #active: Weighed[];
  /** Without a gap: an empty one between two others is kept. */
  #rows: Row[] = [{ bad: 0, good: { first: 0, weights: Float64Array.of(1) }, logMass: 0 }];
  #kernels: Kernels | undefined;
  /** One row before and one after its new good answers, used again for each row: arrays of their own would take as long as the arithmetic. */
  #before: Float64Array = new Float64Array(1024);
  #after: Float64Array = new Float64Array(1024);

  constructor(test: SequentialTest, drifting: number, perLook: number, weighed: readonly Weighed[]) {
    this.#test = test;
    this.#drifting = drifting;
    this.#perLook = perLook;
    this.#active = [...weighed];
  }

  /** Adds the answers of a look, and weighs what ends at it; false when no share has walks left that are worth it. */
  goOn(look: number, precision: number): boolean {
    this.#active = this.#active.filter(({ undecided }) => undecided >= precision);
    if (this.#active.length === 0) return false;
    const kernels = this.#currentKernels();
    const answers = poissonRange(this.#perLook * look, negligible);
    const rows = this.#rows;
    const fewest = (rows[0]?.bad ?? 0) + kernels.bad.first;
    const places = rows.length === 0 ? 0 : rows.length + kernels.bad.weights.length - 1;
    const next: Row[] = [];
    for (let place = 0; place < places; place++) next.push(this.#rowAt(place, fewest + place, kernels, answers));
    this.#rows = this.#withoutEnds(next);
    for (const one of this.#active) settle(one, look - 1);
    return true;
  }

  /** Chance of the walks that have no verdict, at a share. */
  chanceAt(one: Weighed): number {
    let sum = 0;
    for (const { bad, good, logMass } of this.#rows) {
      const { first, weights } = good;
      if (isNegligible(one, bad, first, weights.length, logMass)) continue;
      sum += dot(weights, 0, weights.length, one.goodPowers, first) * (one.badPowers[bad] as number);
    }
    return sum;
  }

  /** As many new bad and new good answers as any of the active shares has a chance of. */
  #currentKernels(): Kernels {
    let least = 1;
    let most = 0;
    for (const { share } of this.#active) {
      least = Math.min(least, share);
      most = Math.max(most, share);
    }
    if (this.#kernels?.least === least && this.#kernels.most === most) return this.#kernels;
    const perLook = this.#perLook;
    this.#kernels = {
      least,
      most,
      bad: poissonAt(perLook * this.#drifting, rangeOf(perLook * least, perLook * most)),
      good: poissonAt(perLook * (1 - this.#drifting), rangeOf(perLook * (1 - most), perLook * (1 - least))),
    };
    return this.#kernels;
  }

  /**
   * The undecided walks of one row after a look; the others of the row are weighed.
   *
   * @param answers all answers so far: counts outside are left out.
   */
  #rowAt(place: number, bad: number, { bad: steps, good: kernel }: Kernels, answers: CountRange): Row {
    const taps = kernel.weights.length;
    const mostNew = kernel.first + taps - 1;
    const leastGood = answers.first - bad;
    const aboveGood = answers.last - bad + 1;
    const { low, high } = this.#boundsOf(bad);
    const { first, end } = this.#mix(place, steps.weights, taps);
    const before = this.#before;
    // Where the count 0 would be in `before`.
    const origin = taps - first;
    const reachable = between(low - mostNew + 1, first, end);
    const stuck = Math.max(first, leastGood - mostNew);
    weigh(this.#active, hopeless, before, origin + stuck, origin + Math.min(reachable, aboveGood), bad, stuck);
    before.fill(0, origin + first, origin + reachable);

    const from = Math.max(reachable + kernel.first, leastGood);
    const to = reachable < end ? Math.max(from, Math.min(end + mostNew, aboveGood)) : from;
    const after = (this.#after = withRoom(this.#after, to - from));
    convolve(after, to - from, before, origin + from - mostNew, kernel.weights);
    const open = between(low + 1, from, to);
    const closed = between(high, open, to);
    weigh(this.#active, rejected, after, 0, open - from, bad, from);
    weigh(this.#active, accepted, after, closed - from, to - from, bad, closed);
    const weights = after.slice(open - from, closed - from);
    return { bad, good: { first: open, weights }, logMass: Math.log(sumBetween(weights, 0, weights.length)) };
  }

  /** Good answers strictly between the two keep the walk going. */
  #boundsOf(bad: number): { readonly low: number; readonly high: number } {
    return (this.#bounds[bad] ??= {
      low: greatestRejectedGood(this.#test, bad),
      high: leastAcceptedGood(this.#test, bad),
    });
  }

  /** Sum of the rows that come to the given place, each times the chance of its step: in `before`, with a margin of zeros on both sides. */
  #mix(place: number, chances: Float64Array, margin: number): { readonly first: number; readonly end: number } {
    const rows = this.#rows;
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
    first = Math.min(first, end);
    const length = end - first + 2 * margin;
    const before = (this.#before = withRoom(this.#before, length));
    before.fill(0, 0, length + slack);
    for (let index = lowest; index <= highest; index++) {
      const { good } = rows[index] as Row;
      if (good.weights.length === 0) continue;
      addScaled(before, margin + good.first - first, good.weights, chances[place - index] as number);
    }
    return { first, end };
  }

  #withoutEnds(rows: Row[]): Row[] {
    const isKept = ({ bad, good: { first, weights }, logMass }: Row) =>
      this.#active.some((one) => !isNegligible(one, bad, first, weights.length, logMass));
    return rows.slice(Math.max(0, rows.findIndex(isKept)), rows.findLastIndex(isKept) + 1);
  }
}

function rangeOf(leastMean: number, mostMean: number): CountRange {
  return { first: poissonRange(leastMean, negligible).first, last: poissonRange(mostMean, negligible).last };
}

function between(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** Cells beyond those asked for that {@link convolve} touches. */
const slack = 4;

/** The array itself, or a larger one when it is too small. */
function withRoom(array: Float64Array, length: number): Float64Array {
  return length + slack <= array.length ? array : new Float64Array(2 * (length + slack));
}
