import { type PingFailure, pingFailures } from '@observed-rollouts/contract';
import type { Percentiles, PingCounts, Tally } from './tally.ts';

/**
 * What one run did; the JSON document of `--json`.
 *
 * Shape:  one object; every kind of failure is present, at 0 when it didn't occur; percentiles are `null` when nothing was measured.
 * Units:  milliseconds where the name ends in `Ms`.
 * Edge:   scheduled = ok + every failed + dropped + inFlight. `inFlight` is 0 unless the run was cut short: how those pings would have ended is unknown.
 */
export interface RunReport extends PingCounts {
  /** URL without credentials. */
  readonly target: string;
  readonly ratePerSecond: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From the start to the last answer. */
  readonly elapsedMs: number;
  /** From the intended start of a ping to its end; failed ones included. A stalled target and a late prober both show here. */
  readonly latencyMs: Percentiles | null;
  /** From the real start of a ping to its end. */
  readonly serviceTimeMs: Percentiles | null;
  /** From the intended to the real start of a ping: how late the prober itself was. */
  readonly scheduleLagMs: Percentiles | null;
}

export function describeRun(
  { target, ratePerSecond }: { readonly target: string; readonly ratePerSecond: number },
  startedAt: Date,
  elapsedMs: number,
  tally: Tally,
): RunReport {
  return {
    target: withoutCredentials(target),
    ratePerSecond,
    startedAt: startedAt.toISOString(),
    elapsedMs: Math.round(elapsedMs),
    ...tally.counts(),
    latencyMs: tally.latencyMs() ?? null,
    serviceTimeMs: tally.serviceTimeMs() ?? null,
    scheduleLagMs: tally.scheduleLagMs() ?? null,
  };
}

function withoutCredentials(target: string): string {
  const url = new URL(target);
  url.username = '';
  url.password = '';
  return url.href;
}

/** The report as the table that ends a run, for people; no newline at its end. */
export function formatReport(report: RunReport): string {
  const { target, ratePerSecond, elapsedMs, scheduled, sent, ok, failed, dropped, inFlight } = report;
  const failures = occurredFailures(failed);
  const failedCount = failures.reduce((sum, [, count]) => sum + count, 0);
  const ended = ok + failedCount;
  const countRow = (label: string, count: number, share = ''): string =>
    `${label.padEnd(20)}${`${count}`.padStart(8)}${share}`;
  return [
    `${target}, ${ratePerSecond} per second, ${(elapsedMs / 1000).toFixed(1)} s`,
    '',
    countRow('scheduled', scheduled),
    countRow('sent', sent),
    countRow('ok', ok, shareOf(ok, ended)),
    countRow('failed', failedCount, shareOf(failedCount, ended)),
    ...failures.map(([kind, count]) => countRow(`  ${kind}`, count, shareOf(count, ended))),
    countRow('dropped', dropped),
    countRow('in flight', inFlight),
    '',
    `${''.padEnd(16)}${['p50', 'p90', 'p99', 'max'].map((name) => name.padStart(12)).join('')}`,
    percentileRow('latency', report.latencyMs),
    percentileRow('service time', report.serviceTimeMs),
    percentileRow('schedule lag', report.scheduleLagMs),
  ].join('\n');
}

/** The run so far on one line. */
export function formatLiveLine(report: RunReport): string {
  const { ratePerSecond, elapsedMs, sent, ok, failed, dropped, inFlight, latencyMs } = report;
  // Pings cover the interval that follows each of them: on schedule this is the declared rate from the first ping on.
  const coveredSeconds = Math.max(elapsedMs / 1000, sent / ratePerSecond);
  const failures = occurredFailures(failed);
  const kinds = failures.map(([kind, count]) => `${kind} ${count}`).join(', ');
  return [
    `${(elapsedMs / 1000).toFixed(0)} s`,
    `${(sent === 0 ? 0 : sent / coveredSeconds).toFixed(1)}/s`,
    `sent ${sent}`,
    `ok ${ok}`,
    `failed ${failures.reduce((sum, [, count]) => sum + count, 0)}${kinds === '' ? '' : ` (${kinds})`}`,
    ...(dropped > 0 ? [`dropped ${dropped}`] : []),
    `in flight ${inFlight}`,
    ...(latencyMs ? [`p50 ${formatMs(latencyMs.p50)}`, `p99 ${formatMs(latencyMs.p99)}`] : []),
  ].join('  ');
}

function occurredFailures(failed: RunReport['failed']): [PingFailure, number][] {
  return pingFailures.map((kind): [PingFailure, number] => [kind, failed[kind]]).filter(([, count]) => count > 0);
}

function shareOf(count: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * count) / whole).toFixed(1)} %`.padStart(10);
}

function percentileRow(label: string, percentiles: Percentiles | null): string {
  const { p50, p90, p99, max } = percentiles ?? {};
  return `${label.padEnd(16)}${[p50, p90, p99, max].map((value) => formatMs(value).padStart(12)).join('')}`;
}

/** Three significant digits are what was measured; below 1 ms that would be digits of noise. */
function formatMs(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '-';
  return `${milliseconds < 100 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)} ms`;
}
