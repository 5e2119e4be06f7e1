/** Least-squares slope of `y` over `x`; at least two different x. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = meanOf(points.map(({ x }) => x));
  const meanY = meanOf(points.map(({ y }) => y));
  const covariance = meanOf(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  const variance = meanOf(points.map(({ x }) => (x - meanX) ** 2));
  if (!(variance > 0))
    throw new Error(`slopeOf: got ${points.length} points at one place, expected two places or more`);
  return covariance / variance;
}

/** How much a quantity rises over the later half of its time, along its slope there. */
export function lateRise(points: readonly { readonly x: number; readonly y: number }[]): number {
  const last = Math.max(...points.map(({ x }) => x));
  const first = Math.min(...points.map(({ x }) => x));
  const middle = (first + last) / 2;
  return slopeOf(points.filter(({ x }) => x >= middle)) * (last - middle);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
