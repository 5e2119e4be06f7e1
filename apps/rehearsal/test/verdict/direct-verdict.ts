import { AnalysisRun } from '../../src/analysis/analysis-run.ts';
import { judge } from '../../src/analysis/judgement.ts';
import type { Metric } from '../../src/analysis/metric.ts';
import type { Sense } from './arithmetic.ts';

/** How a run of an analysis ended, or `Running`, and after how many looks. */
export interface RunEnd {
  readonly phase: string;
  readonly looks: number;
}

/** What a metric saw, look by look. */
export type Seen<T> = ReadonlyMap<string, readonly T[]>;

/** The run by the rules of Argo Rollouts: readings are judged by the conditions of the manifests, and limits add them up. */
export function runByArgo(metrics: readonly Metric[], readings: Seen<number>): RunEnd {
  // The controller's looks are a little over an interval apart.
  const tick = Math.max(...metrics.map(({ intervalMs = 0 }) => intervalMs)) + 1;
  const looks = lengthOf(readings);
  const run = new AnalysisRun('run', metrics, 0);
  for (let look = 0; look < looks; look++) {
    const now = look * tick;
    const due = run.due(now);
    for (const { name } of due) run.begin(name);
    for (const metric of due) {
      const reading = readings.get(metric.name)?.[look] as number;
      run.finish(metric.name, { ...judge([reading], metric), startedAt: now, finishedAt: now, reading });
    }
    if (run.phase !== 'Running') return { phase: run.phase, looks: look + 1 };
  }
  return { phase: 'Running', looks };
}

/** How one metric ends, read off the senses alone. */
interface MetricEnd extends RunEnd {
  readonly phase: 'Failed' | 'Inconclusive' | 'Successful' | 'Running';
}

/** What the analysis tolerates; `looks` of a gate are all that it takes. */
export interface DirectRules {
  readonly kind: 'gate' | 'watch';
  readonly looks: number;
  readonly toleratedUndecided: number;
}

/**
 * The same without any of that: a bad look ends all; so does one undecided look more than are tolerated, or a gate that has looked often
 * enough; a gate is passed at the last of the first good looks.
 */
export function runDirectly(senses: Seen<Sense>, rules: DirectRules): RunEnd {
  const ends = [...senses.values()].map((seen) => endOf(seen, rules));
  const [first] = ends
    .filter(({ phase }) => phase === 'Failed' || phase === 'Inconclusive')
    .toSorted((a, b) => a.looks - b.looks || (a.phase === 'Failed' ? -1 : 1));
  if (first) return first;
  if (ends.some(({ phase }) => phase === 'Running')) return { phase: 'Running', looks: lengthOf(senses) };
  return { phase: 'Successful', looks: Math.max(...ends.map(({ looks }) => looks)) };
}

function endOf(seen: readonly Sense[], { kind, looks, toleratedUndecided }: DirectRules): MetricEnd {
  let undecided = 0;
  for (const [look, sense] of seen.entries()) {
    if (sense === 'bad') return { phase: 'Failed', looks: look + 1 };
    if (sense === 'good' && kind === 'gate') return { phase: 'Successful', looks: look + 1 };
    undecided += sense === 'undecided' ? 1 : 0;
    if (undecided > toleratedUndecided || look + 1 === looks) return { phase: 'Inconclusive', looks: look + 1 };
  }
  return { phase: 'Running', looks: seen.length };
}

function lengthOf(seen: Seen<unknown>): number {
  return Math.max(...[...seen.values()].map(({ length }) => length));
}
