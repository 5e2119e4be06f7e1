/** Quantile of the normal distribution that leaves 0.05 % on either side. */
export const z999 = 3.290527;

/** An interval that holds the true value of what was simulated with 99.9 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's interval of a share: sound near 0 and 1 too, and never empty. */
export function shareInterval(count: number, of: number, z = z999): Interval {
  const share = count / of;
  const square = (z * z) / of;
  const middle = (share + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of));
  return { low: count === 0 ? 0 : middle - half, high: count === of ? 1 : middle + half };
}

/** Interval of a mean from a sum and a sum of squares; the sums of tens of thousands of walks are as good as normal. */
export function meanInterval(sum: number, sumOfSquares: number, of: number, z = z999): Interval {
  const mean = sum / of;
  const variance = Math.max(0, sumOfSquares / of - mean * mean);
  const half = z * Math.sqrt(variance / of);
  return { low: mean - half, high: mean + half };
}

/** Tolerance for a mean that no simulated walk departs from, and for the rounding of sums. */
const rounding = 1e-9;

export function holds({ low, high }: Interval, value: number): boolean {
  return value >= low - rounding && value <= high + rounding;
}
