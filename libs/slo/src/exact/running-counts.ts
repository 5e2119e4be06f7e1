import type { CountDistribution } from './count-distribution.ts';

/** Chance of a count below which it is dropped at the edge: what is dropped is counted. So small that it may happen at each answer. */
const negligible = 1e-20;

/**
 * The chances of the number of bad answers while answers come one by one, in one array that is changed in place.
 *
 * One answer moves each chance by at most one count: that is all the arithmetic there is, and a search for bounds, each of its looks and the watch
 * run through the same few instructions, which are compiled long before the first of them ends.
 */
export class RunningCounts {
  /** Cell i holds the chance of i bad answers, from `low` to below `high`; the others hold anything. */
  private cells: Float64Array;
  private low: number;
  private high: number;
  /** Chance that was dropped, in an array: a field that is a whole number first and a fraction later makes V8 compile everything again. */
  private readonly dropped = new Float64Array(1);

  constructor({ first, weights }: CountDistribution) {
    this.low = first;
    this.high = first + weights.length;
    this.cells = new Float64Array(2 * this.high + 64);
    this.cells.set(weights, first);
  }

  /** Adds answers, each of them bad with chance `share` on its own. */
  add(answers: number, share: number): void {
    if (this.high + answers > this.cells.length) this.grow(this.high + answers);
    const { cells } = this;
    const other = 1 - share;
    let { low, high } = this;
    let lost = 0;
    for (let left = answers; left > 0 && high > low; left--) {
      let above = 0;
      for (let count = high; count > low; count--) {
        const chance = cells[count - 1] as number;
        cells[count] = above * other + chance * share;
        above = chance;
      }
      cells[low] = above * other;
      high++;
      while (high > low && (cells[high - 1] as number) < negligible) lost += cells[--high] as number;
      while (low < high && (cells[low] as number) < negligible) lost += cells[low++] as number;
    }
    this.low = low;
    this.high = high;
    this.dropped[0] = this.lost + lost;
  }

  /** Chance that was dropped. */
  get lost(): number {
    return this.dropped[0] as number;
  }

  get isEmpty(): boolean {
    return this.high === this.low;
  }

  /** Least and greatest count that is left; there is one unless it is empty. */
  get least(): number {
    return this.low;
  }

  get greatest(): number {
    return this.high - 1;
  }

  /** Takes off the least count, and returns its chance. */
  dropLeast(): number {
    return this.cells[this.low++] as number;
  }

  /** Takes off the greatest count, and returns its chance. */
  dropGreatest(): number {
    return this.cells[--this.high] as number;
  }

  /** Chance of all counts that are left. */
  get total(): number {
    const { cells, low, high } = this;
    let sum = 0;
    for (let count = low; count < high; count++) sum += cells[count] as number;
    return sum;
  }

  private grow(length: number): void {
    const larger = new Float64Array(2 * length);
    larger.set(this.cells);
    this.cells = larger;
  }
}
