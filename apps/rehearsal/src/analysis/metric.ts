/** Phases of a measurement, a metric and a run, as Argo Rollouts names them. */
export type AnalysisPhase = 'Pending' | 'Running' | 'Successful' | 'Inconclusive' | 'Error' | 'Failed';
export type MeasurementPhase = Exclude<AnalysisPhase, 'Pending' | 'Running'>;

export function isCompleted(phase: AnalysisPhase): boolean {
  return phase !== 'Pending' && phase !== 'Running';
}

/** One metric of an analysis run: its arguments are filled in and its defaults resolved. */
export interface Metric {
  readonly name: string;
  readonly query: string;
  /** Milliseconds; how long the query may take. */
  readonly timeoutMs: number;
  /** Condition texts; see {@link judge} for what an absent one means. */
  readonly successCondition?: string;
  readonly failureCondition?: string;
  /** Milliseconds from the end of one measurement to the start of the next; absent when the metric is measured once. */
  readonly intervalMs?: number;
  /** Milliseconds from the start of the run to the first measurement. */
  readonly initialDelayMs: number;
  /** Measurements that aren't errors until the metric is complete; absent: it is measured until the run ends. */
  readonly count?: number;
  /** Most failed measurements that are tolerated; -1: any number. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** Successes in a row that complete the metric; 0: off. */
  readonly consecutiveSuccessLimit: number;
}

export interface Measurement {
  readonly phase: MeasurementPhase;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** What the query yielded as Argo Rollouts records it: `[1.5]` for a vector, `1.5` for a scalar; absent after an error. */
  readonly value?: string;
  /** First sample; absent when there is none. */
  readonly reading?: number;
  /** Why the measurement is an error. */
  readonly message?: string;
}
