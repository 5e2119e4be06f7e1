import type { Estimate } from './compare.ts';

/** `6.2 % (5.2–7.4)`: a share with its 95 % interval; `0 (≤ 0.2 %)` and `100 % (≥ 99.8)` at the ends. */
export function estimate({ share, low, high }: Estimate): string {
  if (share === 0) return `0 (≤ ${points(high)} %)`;
  if (share === 1) return `100 % (≥ ${points(low)})`;
  return `${points(share)} % (${points(low)}–${points(high)})`;
}

/** `6.2 %`, without the interval. */
export function sharePercent(share: number): string {
  return share === 0 ? '0' : `${points(share)} %`;
}

/** Percent with one decimal; none where it says nothing. */
function points(share: number): string {
  return `${Number((share * 100).toFixed(1))}`;
}

/** A mean count of answers: one decimal below ten. */
export function answers(mean: number): string {
  const text = Math.abs(mean) < 10 ? mean.toFixed(1) : mean.toFixed(0);
  return Number(text) === 0 ? '0' : text.replace('-', '−');
}
