import { formatDuration, tryParseDuration } from './units.ts';

/** One share of the answers: `percent` of them take `latencyMs`, each drawn independently of the others. */
export interface LatencyShare {
  /** Above 0, at most 100; the shares of a mix add up to 100. */
  readonly percent: number;
  /** Milliseconds, at least 0; the answer takes this long, not up to it. */
  readonly latencyMs: number;
}

/** A declared latency mix, in the order in which it was declared. */
export type LatencyMix = readonly LatencyShare[];

/** What is wrong with a mix, in words that complete "expected …". */
export class LatencyMixError extends Error {}

const sharePattern = /^(\d+(?:\.\d+)?)%(.*)$/;

/**
 * Reads a latency mix: shares `<percent>%<duration>` separated by commas, such as `90%500ms,10%200ms`.
 *
 * Shape:  one entry per share, order kept.
 * Edge:   blanks around a share are allowed; the same latency may appear twice.
 * Errors: {@link LatencyMixError} on the first share that is not of that form, on a share of 0 %, and on a sum other than 100 %.
 */
export function parseLatencyMix(text: string): LatencyMix {
  const mix = text.split(',').map((share) => parseShare(share.trim()));
  const sum = mix.reduce((total, share) => total + share.percent, 0);
  // Decimal percentages are binary fractions: 33.3 + 33.3 + 33.4 is not exactly 100.
  if (Math.abs(sum - 100) > 1e-9) {
    throw new LatencyMixError(`the shares add up to ${Number(sum.toFixed(6))}%, not 100%`);
  }
  return mix;
}

function parseShare(share: string): LatencyShare {
  const match = sharePattern.exec(share);
  if (!match) throw new LatencyMixError(`"${share}" is not <percent>%<duration>`);
  const percent = Number(match[1]);
  if (percent <= 0 || percent > 100) throw new LatencyMixError(`"${share}" has a share outside 0% to 100%`);
  const latencyMs = tryParseDuration(match[2] as string);
  if (latencyMs === undefined) {
    throw new LatencyMixError(`"${share}" has no latency of the form <number><ms|s|m>, at least 0ms`);
  }
  return { percent, latencyMs };
}

/** Writes a share as it is declared: `90%500ms`. */
export function formatLatencyShare(share: LatencyShare): string {
  return `${share.percent}%${formatDuration(share.latencyMs)}`;
}
