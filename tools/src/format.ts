/** `5 %`, `0.26 %`, `< 0.001 %`; next to certain is `100 %`. */
export function percent(share: number): string {
  if (share === 0) return '0';
  if (share < 1e-5) return '< 0.001 %';
  // Sums of chances end within rounding of 1.
  if (share > 1 - 1e-12) return '100 %';
  if (share > 1 - 1e-5) return '> 99.999 %';
  const value = share * 100;
  return `${Number(value.toPrecision(value >= 99 ? 5 : 3))} %`;
}

/** Seconds, as short as they can be read: `1.5 s`, `20 s`. */
export function seconds(value: number): string {
  return `${Number(value.toFixed(1))} s`;
}
