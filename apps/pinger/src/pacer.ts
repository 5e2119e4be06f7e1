/** When each ping of a run is meant to start. */
export interface Schedule {
  /** Number of pings in the run; `Infinity` without a duration. */
  readonly total: number;
  /** Milliseconds from the start of the run to ping `index`, the first being 0. */
  offsetMs(index: number): number;
}

/** Below this share of a ping a remainder is rounding, not a ping: 0.1 × 3 is above 0.3 in binary. */
const rounding = 1e-9;

/**
 * A constant rate: ping k starts at k/rate, computed from the start of the run each time, so that lateness never accumulates and nothing drifts.
 * It knows neither a clock nor what was sent; a caller that is late finds several pings due and starts them all.
 *
 * Units:  pings per second above 0; milliseconds.
 * Edge:   the run holds the pings whose offset is below the duration: 10 per second for 1000 ms are the offsets 0 to 900.
 *         A duration shorter than one interval still holds the first ping.
 */
export function constantRate(ratePerSecond: number, durationMs = Infinity): Schedule {
  return {
    total: Math.ceil((durationMs * ratePerSecond) / 1000 - rounding),
    offsetMs: (index) => (index * 1000) / ratePerSecond,
  };
}
