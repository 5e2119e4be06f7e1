import type { Aim, Row, Spread, Unit } from '../benchmark.ts';

/** How a row's median stands to its aim; `stated` has none. */
export type Standing = 'reached' | 'missed' | 'stated';

export function standingOf({ aim, value }: Pick<Row, 'aim' | 'value'>): Standing {
  if (aim === undefined) return 'stated';
  const isReached = 'atMost' in aim ? value.median <= aim.atMost : value.median >= aim.atLeast;
  return isReached ? 'reached' : 'missed';
}

/** How many rows stand how to their aims. */
export function countStandings(rows: readonly Row[]): Readonly<Record<Standing, number>> {
  const count = { reached: 0, missed: 0, stated: 0 };
  for (const row of rows) count[standingOf(row)]++;
  return count;
}

/** `1.18 × (1.15 to 1.21)`; the quartiles only where there are several samples. */
export function formatSpread(spread: Spread, unit: Unit): string {
  const quartiles = formatQuartiles(spread, unit);
  return `${formatMedian(spread, unit)}${quartiles === '' ? '' : ` (${quartiles})`}`;
}

/** `1.18 ×` */
export function formatMedian({ median }: Spread, unit: Unit): string {
  return `${formatNumber(scaled(median, unit))}${suffixes[unit]}`;
}

/** `1.15 to 1.21`, nothing of a single sample. */
export function formatQuartiles({ lowerQuartile, upperQuartile, samples }: Spread, unit: Unit): string {
  if (samples === 1) return '';
  return `${formatNumber(scaled(lowerQuartile, unit))} to ${formatNumber(scaled(upperQuartile, unit))}`;
}

/** `≤ 1.25`, `≥ 0.85`, `≤ 15 %`, or nothing; in the row's unit. */
export function formatAim(aim: Aim | undefined, unit: Unit): string {
  if (aim === undefined) return '';
  const [sign, bound] = 'atMost' in aim ? ['≤', aim.atMost] : ['≥', aim.atLeast];
  return `${sign} ${formatNumber(scaled(bound, unit))}${unit === 'share' ? suffixes.share : ''}`;
}

const suffixes: Readonly<Record<Unit, string>> = {
  '×': ' ×',
  share: ' %',
  µs: ' µs',
  ms: ' ms',
  s: ' s',
  min: ' min',
  MB: ' MB',
  '/s': '/s',
  count: '',
};

/** A share is of 1, and shown in percent. */
function scaled(value: number, unit: Unit): number {
  return unit === 'share' ? 100 * value : value;
}

const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Three significant digits, large numbers whole: 0.853, 12.4, 1,530. */
export function formatNumber(value: number): string {
  return (Math.abs(value) >= 100 ? whole : threeDigits).format(value);
}
