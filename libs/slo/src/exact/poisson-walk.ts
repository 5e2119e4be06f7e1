import type { SequentialTest } from '../sequential-test.ts';
import { greatestRejectedGood, leastAcceptedGood } from './bounds.ts';
import { type CountDistribution, total, trim } from './count-distribution.ts';
import type { VerdictChances } from './gate-characteristic.ts';
import { type CountChances, poisson } from './pmf.ts';

/** The walks with the same number of bad answers, by their number of good ones. */
interface Row {
  readonly bad: number;
  readonly good: CountDistribution;
}

/** The new answers of one look: bad and good ones are independent of each other when answers come one by one. */
interface Step {
  readonly bad: CountChances;
  readonly good: CountChances;
  /** `goodAtMost[i]`: chance of at most `good.first + i` new good answers; `goodAtLeast[i]`: of at least as many. */
  readonly goodAtMost: Float64Array;
  readonly goodAtLeast: Float64Array;
}

/** What a look takes off the walks. */
interface Ended {
  rejected: number;
  accepted: number;
  lost: number;
}

/** Chance of a single move below which it isn't followed; what that leaves out is counted as lost. */
const negligibleMove = 1e-16;

/** Cells times moves that take some 10 ms. */
const cheap = 2e6;

/** Whether random arrivals are quick to compute: the more answers per look and in all, the longer it takes. */
export function isCheapAtRandom(test: SequentialTest, perLook: number, looks: number): boolean {
  const width = test.reject - test.accept;
  const answers = perLook * looks;
  const spread = 16 * Math.sqrt(answers);
  const cells = (width / test.perBad + 1) * Math.min(width / -test.perGood, answers + spread) + spread;
  return looks * cells * (1 + 10 * Math.sqrt(perLook)) < cheap;
}

/** The walk with random arrivals: its state is the pair of bad and good answers, between the two bounds. */
export function walkPoisson(
  test: SequentialTest,
  share: number,
  perLook: number,
  looks: number,
  precision: number,
): VerdictChances {
  const rejects = new Float64Array(looks);
  const accepts = new Float64Array(looks);
  const step = stepOf(perLook * share, perLook * (1 - share));
  let rows: Row[] = [{ bad: 0, good: { first: 0, weights: Float64Array.of(1) } }];
  let lost = 0;
  for (let look = 1; look <= looks; look++) {
    const ended: Ended = { rejected: 0, accepted: 0, lost: 0 };
    rows = withoutEmptyEnds(addBad(rows, step.bad, ended).map((row) => addGood(test, row, step, ended)));
    rejects[look - 1] = ended.rejected;
    accepts[look - 1] = ended.accepted;
    lost += ended.lost;
    const surviving = survivingOf(rows);
    if (surviving < precision) return { rejects, accepts, outOfTime: 0, lost: lost + surviving };
  }
  return { rejects, accepts, outOfTime: survivingOf(rows), lost };
}

function survivingOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { good }) => sum + total(good), 0);
}

/** Rows stay without a gap: an empty one between two others is kept. */
function withoutEmptyEnds(rows: readonly Row[]): Row[] {
  const isFilled = ({ good }: Row) => good.weights.length > 0;
  return rows.slice(Math.max(0, rows.findIndex(isFilled)), rows.findLastIndex(isFilled) + 1);
}

function stepOf(bad: number, good: number): Step {
  const chances = poisson(good);
  const { weights } = chances;
  let below = 0;
  let above = 0;
  return {
    bad: poisson(bad),
    good: chances,
    goodAtMost: weights.map((weight) => (below += weight)),
    goodAtLeast: weights
      .toReversed()
      .map((weight) => (above += weight))
      .reverse(),
  };
}

/** Adds the new bad answers: each row goes to the rows above it, cell by cell. Rows follow each other without a gap, or are none. */
function addBad(rows: readonly Row[], { first, weights }: CountChances, ended: Ended): Row[] {
  const [lowest] = rows;
  if (lowest === undefined) return [];
  const masses = rows.map(({ good }) => total(good));
  const targets: Row[] = [];
  for (let index = 0; index < rows.length + weights.length - 1; index++) {
    const sources: Row[] = [];
    const factors: number[] = [];
    for (let from = Math.max(0, index - weights.length + 1); from <= Math.min(index, rows.length - 1); from++) {
      const factor = weights[index - from] as number;
      if (factor * (masses[from] as number) < negligibleMove) {
        ended.lost += factor * (masses[from] as number);
      } else {
        sources.push(rows[from] as Row);
        factors.push(factor);
      }
    }
    targets.push({ bad: lowest.bad + first + index, good: mix(sources, factors) });
  }
  return targets;
}

/** Sum of rows, each times a factor. */
function mix(rows: readonly Row[], factors: readonly number[]): CountDistribution {
  if (rows.length === 0) return { first: 0, weights: new Float64Array(0) };
  let first = Infinity;
  let end = 0;
  for (const { good } of rows) {
    first = Math.min(first, good.first);
    end = Math.max(end, good.first + good.weights.length);
  }
  const weights = new Float64Array(end - first);
  for (const [index, { good }] of rows.entries()) {
    const factor = factors[index] as number;
    const offset = good.first - first;
    for (let i = 0; i < good.weights.length; i++) {
      weights[offset + i] = (weights[offset + i] as number) + factor * (good.weights[i] as number);
    }
  }
  return { first, weights };
}

/** Adds the new good answers to a row; takes off what ends at either bound, whole tails included. */
function addGood(test: SequentialTest, { bad, good }: Row, step: Step, ended: Ended): Row {
  // Good answers strictly between these keep the walk going.
  const low = greatestRejectedGood(test, bad);
  const high = leastAcceptedGood(test, bad);
  const next = new Float64Array(Math.max(0, high - low - 1));
  const { first, weights } = step.good;
  const { from, to } = worthwhile(good, step, ended);
  // Cells so far below that not even the most good answers bring them back from the reject bound.
  const hopeless = Math.min(Math.max(low - good.first - first - weights.length + 2, 0), good.weights.length);
  for (let i = 0; i < hopeless; i++) ended.rejected += good.weights[i] as number;
  for (let i = hopeless; i < good.weights.length; i++) {
    const chance = good.weights[i] as number;
    const base = good.first + i + first;
    ended.rejected += chance * atMost(step, low - base);
    ended.accepted += chance * atLeast(step, high - base);
    const offset = base - low - 1;
    const end = Math.min(to, next.length - offset);
    for (let j = Math.max(from, -offset); j < end; j++) {
      next[offset + j] = (next[offset + j] as number) + chance * (weights[j] as number);
    }
  }
  const { mass, rest } = trim({ first: low + 1, weights: next });
  ended.lost += mass;
  return { bad, good: rest };
}

/** The range of new good answers that is worth following for a row; what lies outside it is counted as lost. */
function worthwhile(row: CountDistribution, { good, goodAtMost, goodAtLeast }: Step, ended: Ended) {
  const { weights } = good;
  const mass = total(row);
  let from = 0;
  let to = weights.length;
  while (from < to && mass * (weights[from] as number) < negligibleMove) from++;
  while (to > from && mass * (weights[to - 1] as number) < negligibleMove) to--;
  if (from > 0) ended.lost += mass * (goodAtMost[from - 1] as number);
  if (to < weights.length) ended.lost += mass * (goodAtLeast[to] as number);
  return { from, to };
}

function atMost({ goodAtMost }: Step, index: number): number {
  if (index < 0) return 0;
  return index >= goodAtMost.length ? 1 : (goodAtMost[index] as number);
}

function atLeast({ goodAtLeast }: Step, index: number): number {
  if (index < 0) return 1;
  return index >= goodAtLeast.length ? 0 : (goodAtLeast[index] as number);
}
