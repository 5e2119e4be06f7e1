import type { CountDistribution } from './count-distribution.ts';
import type { CountChances } from './pmf.ts';

/** Chance of a count below which it is dropped at the edge: what is dropped is counted. */
const negligible = 1e-17;

/**
 * The chances of a count that grows look by look, in one array that is changed in place: a walk has thousands of looks, and a new array for each
 * takes longer than the arithmetic.
 */
export class RunningCounts {
  /** Cell i holds the chance of the count i; the cells from `end` on are 0, those below `first` aren't read. */
  private cells: Float64Array;
  private first: number;
  private end: number;

  constructor({ first, weights }: CountDistribution) {
    this.first = first;
    this.end = first + weights.length;
    this.cells = new Float64Array(2 * this.end + 64);
    this.cells.set(weights, first);
  }

  /** Adds an independent count. */
  add(kernel: CountChances): void {
    const { first, end } = this;
    const { weights } = kernel;
    if (end === first) return;
    const newFirst = first + kernel.first;
    const newEnd = end + kernel.first + weights.length - 1;
    this.reserve(newEnd);
    const { cells } = this;
    // Each count is made of lower ones only: from the top down none is overwritten before its last use.
    for (let count = newEnd - 1; count >= newFirst; count--) {
      const least = Math.max(first, count - kernel.first - weights.length + 1);
      const most = Math.min(end - 1, count - kernel.first);
      let sum = 0;
      for (let from = least; from <= most; from++) {
        sum += (cells[from] as number) * (weights[count - kernel.first - from] as number);
      }
      cells[count] = sum;
    }
    this.first = newFirst;
    this.end = newEnd;
  }

  /** Takes off the counts at or above `least`, and returns their chance. */
  cutAbove(least: number): number {
    const from = Math.max(least, this.first);
    const mass = this.sum(from, this.end);
    if (from < this.end) this.cells.fill(0, from, this.end);
    this.end = Math.min(this.end, from);
    return mass;
  }

  /** Chances of the counts at or below `greatest`. */
  atMost(greatest: number): CountDistribution {
    return { first: this.first, weights: this.cells.slice(this.first, Math.min(greatest + 1, this.end)) };
  }

  /** Takes off the counts at or below `greatest`, and returns their chance. */
  cutBelow(greatest: number): number {
    const to = Math.min(greatest + 1, this.end);
    const mass = this.sum(this.first, to);
    this.first = Math.max(this.first, to);
    return mass;
  }

  /** Takes off both edges as far as they are next to nothing, and returns their chance. */
  trim(): number {
    const { cells } = this;
    let mass = 0;
    while (this.first < this.end && (cells[this.first] as number) < negligible) mass += cells[this.first++] as number;
    while (this.end > this.first && (cells[this.end - 1] as number) < negligible) {
      mass += cells[--this.end] as number;
      cells[this.end] = 0;
    }
    return mass;
  }

  get isEmpty(): boolean {
    return this.end === this.first;
  }

  /** Chance of all counts that are left. */
  get total(): number {
    return this.sum(this.first, this.end);
  }

  private sum(from: number, to: number): number {
    const { cells } = this;
    let sum = 0;
    for (let count = from; count < to; count++) sum += cells[count] as number;
    return sum;
  }

  private reserve(length: number): void {
    if (length <= this.cells.length) return;
    const larger = new Float64Array(2 * length);
    larger.set(this.cells);
    this.cells = larger;
  }
}
