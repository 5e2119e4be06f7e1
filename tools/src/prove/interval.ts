/** Quantile of the normal distribution that leaves 0.05 % on either side. */
const z999 = 3.290527;

/** An interval that holds the true value of what was simulated with 99.9 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Chance that a 99.9 % interval leaves out on either side. */
const tail999 = 0.0005;

/**
 * The interval of Clopper and Pearson: the shares under which as many, or as few, are not rarer than the tail, by default 0.05 %.
 *
 * It holds its confidence at any count, three of two thousand included, where intervals by the normal distribution do not.
 */
export function shareInterval(count: number, of: number, tail = tail999): Interval {
  const share = count / of;
  return {
    low: count === 0 ? 0 : bisect(0, share, (candidate) => chanceBeyond(count, of, candidate, 1) > tail),
    high: count === of ? 1 : bisect(share, 1, (candidate) => chanceBeyond(count, of, candidate, -1) < tail),
  };
}

/** Where a condition that is false below and true above begins. */
function bisect(from: number, to: number, holdsAt: (value: number) => boolean): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (holdsAt(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Binomial chance of at least (direction 1) or at most (direction −1) `count`, summed from `count` away from the mean. */
function chanceBeyond(count: number, of: number, share: number, direction: 1 | -1): number {
  let term = Math.exp(
    logFactorial(of) -
      logFactorial(count) -
      logFactorial(of - count) +
      count * Math.log(share) +
      (of - count) * Math.log1p(-share),
  );
  let sum = 0;
  for (let at = count; at >= 0 && at <= of && term > sum * 1e-12; at += direction) {
    sum += term;
    const odds = share / (1 - share);
    term *= direction === 1 ? ((of - at) / (at + 1)) * odds : at / ((of - at + 1) * odds);
  }
  return sum;
}

const logFactorials = [0];

function logFactorial(of: number): number {
  for (let next = logFactorials.length; next <= of; next++) {
    logFactorials.push((logFactorials[next - 1] as number) + Math.log(next));
  }
  return logFactorials[of] as number;
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
