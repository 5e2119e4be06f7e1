import type { VersionSample } from '../release/event.ts';
import { sparkline } from './plot.ts';
import type { ReleaseState, ShownSample } from './release-state.ts';
import { type Line, line, toned } from './styled-line.ts';

/** Samples that a share over time looks back: a single second of one pod has two answers. */
const windowSamples = 5;
/** Top of the sparklines when no share is higher: small shares shall look small. */
const leastTop = 0.2;

const columns = { version: 9, answers: 8, failed: 8, share: 10, p50: 9, p90: 9, slow: 6 } as const;
const gap = '  ';

/** What users got from each version: since the start of the release, and the last 10 s for the quantiles. */
export function versionTable({ samples }: ReleaseState, width: number): readonly Line[] {
  const { version, ...others } = columns;
  const before = Object.values(columns).reduce((sum, column) => sum + column, gap.length);
  const room = Math.max(0, width - before);
  const shares = { stable: sharesOf(samples, 'stable'), canary: sharesOf(samples, 'canary') };
  const shown = [shares.stable, shares.canary].flatMap((version) => version.slice(-room));
  const top = Math.max(leastTop, ...shown.filter((share) => share !== undefined));
  const head = Object.entries(others).map(([name, column]) => (name === 'share' ? 'failed %' : name).padStart(column));
  const row = (name: 'stable' | 'canary') => {
    const sample = samples.at(-1)?.[name];
    return line(
      toned(name, `  ${name}`.padEnd(version)),
      ...(sample ? cells(sample) : [toned('faint', '  no answers yet')]),
      gap,
      toned('bad', sample ? sparkline(shares[name], top, room) : ''),
    );
  };
  const scale = room < 20 ? '' : `0 to ${Math.round(top * 100)} % over time`.slice(0, room);
  return [line(toned('faint', `${''.padEnd(version)}${head.join('')}${gap}${scale}`)), row('stable'), row('canary')];
}

function cells({ answers, failed, slow, p50, p90 }: VersionSample): readonly string[] {
  return [
    formatCount(answers).padStart(columns.answers),
    formatCount(failed).padStart(columns.failed),
    (answers === 0 ? '-' : formatShare(failed / answers)).padStart(columns.share),
    formatQuantile(p50).padStart(columns.p50),
    formatQuantile(p90).padStart(columns.p90),
    formatCount(slow).padStart(columns.slow),
  ];
}

/** Share of failed answers in the seconds before each sample, 0 to 1; absent where there were no answers. */
function sharesOf(samples: readonly ShownSample[], version: 'stable' | 'canary'): readonly (number | undefined)[] {
  return samples.map((sample, index) => {
    const now = sample[version];
    const before = samples[index - windowSamples]?.[version];
    const answers = (now?.answers ?? 0) - (before?.answers ?? 0);
    return answers > 0 ? ((now?.failed ?? 0) - (before?.failed ?? 0)) / answers : undefined;
  });
}

/** Prometheus extrapolates nothing here, yet a sum of restored counters may have fractions. */
function formatCount(count: number): string {
  return `${Math.round(count)}`;
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(share >= 0.9995 ? 0 : 1)} %`;
}

function formatQuantile(seconds: number | undefined): string {
  return seconds === undefined ? '-' : `${Math.round(seconds * 1000)} ms`;
}
