import { describeFault, type Fault } from '@observed-rollouts/contract';
import { type Bound, boundOf } from '../analysis/expression/bounds.ts';
import { parseExpression } from '../analysis/expression/parser.ts';
import type { AnalysisRun } from '../analysis/analysis-run.ts';
import type { AnalysisPhase, Metric } from '../analysis/metric.ts';
import type { Outcome } from '../controller/outcome.ts';
import type { MetricBounds } from './event.ts';
import type { PingSummary } from './pings.ts';

/** The metric that decided, and on what. */
export interface DecisiveMetric {
  readonly run: string;
  readonly metric: string;
  readonly phase: AnalysisPhase;
  /** What the last measurement read, as Argo Rollouts records it; absent when it was an error. */
  readonly value?: string;
  /** The condition that it met: the failure condition of a failed metric, the success condition of a successful one. */
  readonly condition?: string;
  readonly bound?: Bound;
  readonly measurements: number;
  /** Why it ended, in Argo Rollouts' words. */
  readonly message?: string;
}

export interface Verdict {
  readonly expected: string;
  readonly outcome: Outcome;
  readonly asExpected: boolean;
  readonly message: string;
  /** Absent when no analysis decided. */
  readonly decidedBy?: DecisiveMetric;
  /** Milliseconds from the start of the release to the decision, and to the end of what it caused. */
  readonly decidedAfterMs: number;
  readonly endedAfterMs: number;
  /** Milliseconds from the first Ready canary pod to the decision; absent without one. */
  readonly evidenceMs?: number;
  /** Since the start of the release. */
  readonly pings: PingSummary;
  readonly seed: number;
}

/** A release that ended before its faults came hasn't shown what its file says, however it ended. */
export function judge(
  { outcome, message }: { readonly outcome: Outcome; readonly message: string },
  expected: string,
  missed: readonly Fault[],
): Pick<Verdict, 'expected' | 'outcome' | 'asExpected' | 'message'> {
  if (missed.length === 0) return { expected, outcome, asExpected: outcome === expected, message };
  const faults = missed.map(describeFault).join(', ');
  return { expected, outcome, asExpected: false, message: `${message}; it ended before its fault ${faults} came` };
}

/** The metric that decided a run that has ended. Of several that succeeded, the last to do so: the gate waited for it. */
export function decisiveMetric(run: AnalysisRun): DecisiveMetric | undefined {
  const { phase } = run;
  const candidates = run.metrics.filter((progress) => progress.phase === phase && progress.measurements.length > 0);
  const decisive =
    phase === 'Successful'
      ? candidates
          .toSorted((a, b) => (a.measurements.at(-1)?.finishedAt ?? 0) - (b.measurements.at(-1)?.finishedAt ?? 0))
          .at(-1)
      : candidates[0];
  if (!decisive) return undefined;
  const { metric, measurements, taken, message } = decisive;
  const condition =
    phase === 'Successful' ? metric.successCondition : phase === 'Failed' ? metric.failureCondition : undefined;
  const bound = condition === undefined ? undefined : boundOf(parseExpression(condition));
  const value = measurements.at(-1)?.value;
  return {
    run: run.name,
    metric: metric.name,
    phase,
    ...(value === undefined ? {} : { value }),
    ...(condition === undefined ? {} : { condition }),
    ...(bound === undefined ? {} : { bound }),
    measurements: taken,
    ...(message === undefined ? {} : { message }),
  };
}

/** The bounds of a metric's conditions. */
export function boundsOf({ name, successCondition, failureCondition }: Metric): MetricBounds {
  const success = successCondition === undefined ? undefined : boundOf(parseExpression(successCondition));
  const failure = failureCondition === undefined ? undefined : boundOf(parseExpression(failureCondition));
  return { name, ...(success ? { success } : {}), ...(failure ? { failure } : {}) };
}
