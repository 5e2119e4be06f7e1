import { quantile } from '../harness/spread.ts';

/** How far what arrived is from the schedule, in milliseconds. */
export interface ArrivalErrors {
  readonly p50: number;
  readonly p99: number;
  /** By how much the median error grows in a minute: 0 when nothing drifts. */
  readonly driftPerMinute: number;
}

/**
 * Compares arrivals with an even schedule of the same rate. Nobody tells when that schedule began: it is laid so that the most punctual arrival has no error,
 * which leaves out what is the same for all of them, such as the time of a connection on an idle machine.
 *
 * Units:  instants in milliseconds, ascending, the k-th being that of the k-th request; requests per second.
 * Edge:   the first `warmUpShare` (0 to below 1) of the arrivals isn't judged.
 * Errors: throws when fewer than four arrivals are left to judge.
 */
export function arrivalErrors(instants: readonly number[], ratePerSecond: number, warmUpShare: number): ArrivalErrors {
  const skipped = Math.floor(instants.length * warmUpShare);
  const offsets = instants.slice(skipped).map((instant, index) => instant - (index * 1000) / ratePerSecond);
  if (offsets.length < 4) {
    throw new Error(
      `arrivalErrors: nothing to judge, got ${offsets.length} arrivals after the warm-up, expected 4 or more`,
    );
  }
  const start = offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
  const errors = offsets.map((offset) => offset - start);
  const half = Math.floor(errors.length / 2);
  const minutesBetweenHalves = half / ratePerSecond / 60;
  const growth = medianOf(errors.slice(half)) - medianOf(errors.slice(0, half));
  const sorted = errors.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), driftPerMinute: growth / minutesBetweenHalves };
}

function medianOf(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
