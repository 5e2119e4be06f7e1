import { isFailed } from '../observation/bad-ping.ts';
import type { Exemplar } from '../release/event.ts';
import type { At } from './facts.ts';

/** Most points of one line. */
export const mostPoints = 500;
/** Most traces of one release. */
export const mostTraces = 60;

/**
 * At most {@link mostPoints} of a series, evenly spread; the first and the last stay.
 *
 * @param isKept points that stay in any case (they may exceed the limit), such as a change of phase.
 */
export function thinned<T>(
  points: readonly T[],
  isKept: (point: T, index: number) => boolean = () => false,
): readonly T[] {
  if (points.length <= mostPoints) return points;
  const stride = Math.ceil((points.length - 1) / (mostPoints - 1));
  return points.filter((point, index) => index % stride === 0 || index === points.length - 1 || isKept(point, index));
}

/** Breaks a line where nothing was measured for long: a point without a value stands in the gap. */
export function withGaps<T extends { readonly second: number; readonly value: number }>(
  points: readonly T[],
): readonly T[] {
  const steps = points.slice(1).map((point, index) => point.second - (points[index] as T).second);
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1;
  const longest = Math.max(5, 3 * usual);
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (!before || point.second - before.second <= longest) return [point];
    return [{ ...point, second: (before.second + point.second) / 2, value: NaN }, point];
  });
}

/**
 * The exemplars whose traces the report holds, at most {@link mostTraces}: failed pings first, then the slowest, from both versions alike.
 *
 * @param has whether the trace arrived.
 */
export function tracedExemplars(
  exemplars: readonly At<Exemplar>[],
  has: (traceId: string) => boolean,
): ReadonlySet<string> {
  const ranked = (version: Exemplar['version']) => {
    const own = exemplars.filter((exemplar) => exemplar.version === version && has(exemplar.traceId));
    const byWorth = own.toSorted((a, b) => Number(isFailed(b)) - Number(isFailed(a)) || b.seconds - a.seconds);
    return [...new Set(byWorth.map(({ traceId }) => traceId))];
  };
  const [canary, stable] = [ranked('canary'), ranked('stable')];
  const half = mostTraces / 2;
  const ofCanary = canary.slice(0, Math.max(half, mostTraces - stable.length));
  return new Set([...ofCanary, ...stable.slice(0, mostTraces - ofCanary.length)]);
}
