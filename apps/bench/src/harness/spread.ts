import type { Spread } from '../benchmark.ts';

/**
 * Sums samples up.
 *
 * Edge:   between two samples a quantile is interpolated; one sample is its own quartiles.
 * Errors: throws without samples, and on one that isn't a finite number: both mean that nothing was measured.
 */
export function spreadOf(samples: readonly number[]): Spread {
  const wrong = samples.find((sample) => !Number.isFinite(sample));
  if (samples.length === 0 || wrong !== undefined) {
    throw new Error(`spreadOf: nothing was measured, got ${wrong ?? 'no sample'}, expected finite numbers`);
  }
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    samples: samples.length,
  };
}

/** @param sorted ascending, at least one. @param share 0 to 1. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
