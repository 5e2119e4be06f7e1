import type { Aim, Row, Spread, Unit } from '../benchmark.ts';

/** How a row's median stands to its aim; `stated` has none. */
export type Standing = 'reached' | 'missed' | 'stated';

export function standingOf({ aim, value }: Pick<Row, 'aim' | 'value'>): Standing {
  if (aim === undefined) return 'stated';
  const isReached = 'atMost' in aim ? value.median <= aim.atMost : value.median >= aim.atLeast;
  return isReached ? 'reached' : 'missed';
}

/** `1.18 × (1.15 to 1.21)`; the quartiles only where there are several samples. */
export function formatSpread({ median, lowerQuartile, upperQuartile, samples }: Spread, unit: Unit): string {
  const quartiles = samples === 1 ? '' : ` (${formatNumber(lowerQuartile)} to ${formatNumber(upperQuartile)})`;
  return `${formatNumber(median)}${suffixes[unit]}${quartiles}`;
}

/** `≤ 1.25`, `≥ 0.85`, or nothing. */
export function formatAim(aim: Aim | undefined): string {
  if (aim === undefined) return '';
  return 'atMost' in aim ? `≤ ${formatNumber(aim.atMost)}` : `≥ ${formatNumber(aim.atLeast)}`;
}

const suffixes: Readonly<Record<Unit, string>> = {
  '×': ' ×',
  share: ' of 1',
  µs: ' µs',
  ms: ' ms',
  s: ' s',
  min: ' min',
  MB: ' MB',
  '/s': '/s',
  count: '',
};

const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Three significant digits, large numbers whole: 0.853, 12.4, 1,530. */
export function formatNumber(value: number): string {
  return (Math.abs(value) >= 100 ? whole : threeDigits).format(value);
}
