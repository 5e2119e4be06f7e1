import type { MetricCounts, ReleaseRecording } from '@observed-rollouts/contract';
import { AnalysisRun } from '../../src/analysis/analysis-run.ts';
import { judge } from '../../src/analysis/judgement.ts';
import { metricsOf } from './recordings.ts';

/** What the measurements of a run add up to. */
export interface JudgedRun {
  readonly phase: string;
  readonly message?: string;
  readonly metrics: Readonly<
    Record<string, { readonly phase: string; readonly counts: MetricCounts; readonly phases: string }>
  >;
}

const ended = ['Successful', 'Failed', 'Inconclusive', 'Error'];

/** What the real controller found, of each run that has ended. */
export function recordedRuns({ timeline, measurements }: ReleaseRecording): Readonly<Record<string, JudgedRun>> {
  const runs: Record<string, JudgedRun> = {};
  for (const entry of timeline) {
    if (entry.type !== 'run' || !ended.includes(entry.phase)) continue;
    const found = timeline.filter((other) => other.type === 'metric' && other.run === entry.run);
    const metrics = found.map((end) => {
      const { metric, phase, counts } = end as typeof end & { type: 'metric' };
      return [metric, { phase, counts, phases: measurements[entry.run]?.[metric]?.phases ?? '' }] as const;
    });
    const message = entry.message === undefined ? {} : { message: entry.message };
    runs[entry.run] = { phase: entry.phase, ...message, metrics: Object.fromEntries(metrics.sort()) };
  }
  return runs;
}

/**
 * Gives a run of the rehearsal the readings that a real one had, look by look, and returns what it makes of them.
 *
 * Edge: a look is what the real controller wrote at once: its measurements were under way together. A run that is still under way
 *       after its last reading is ended from outside, as a promotion or an abort does.
 */
export function judgeAgain(recording: ReleaseRecording, name: string): JudgedRun {
  const run = new AnalysisRun(name, metricsOf(recording, name), 0);
  const phases: Record<string, string> = {};
  for (const look of looksOf(recording, name)) {
    for (const { metric } of look) run.begin(metric);
    for (const { metric, atMs, value } of look) {
      const definition = run.metrics.find((progress) => progress.metric.name === metric)?.metric;
      if (definition === undefined) throw new Error(`${name}: no metric ${metric}`);
      // A reading that is missing is a query that failed.
      const phase = value === null ? 'Error' : judge([value], definition).phase;
      phases[metric] = (phases[metric] ?? '') + phase[0];
      run.finish(metric, { phase, startedAt: atMs, finishedAt: atMs });
    }
  }
  run.terminate();
  const metrics = run.metrics.map(
    ({ metric, phase, count, failed, inconclusive, consecutiveError, consecutiveSuccess }) => {
      const counts = { count, failed, inconclusive, consecutiveError, consecutiveSuccess };
      return [metric.name, { phase, counts, phases: phases[metric.name] ?? '' }] as const;
    },
  );
  const message = run.message === undefined ? {} : { message: run.message };
  return { phase: run.phase, ...message, metrics: Object.fromEntries(metrics.sort()) };
}

interface Reading {
  readonly metric: string;
  readonly atMs: number;
  readonly value: number | null;
}

function looksOf({ measurements }: ReleaseRecording, run: string): readonly (readonly Reading[])[] {
  const readings = Object.entries(measurements[run] ?? {}).flatMap(([metric, { atMs, values }]) =>
    atMs.map((at, index): Reading => ({ metric, atMs: at, value: values[index] ?? null })),
  );
  return [
    ...Map.groupBy(
      readings.sort((a, b) => a.atMs - b.atMs),
      ({ atMs }) => atMs,
    ).values(),
  ];
}
