import { type AnalysisPhase, isCompleted, type Measurement, type Metric } from './metric.ts';
import { type MetricProgress, recordMeasurement, startProgress } from './metric-progress.ts';

/** After an error a measurement is repeated in 10 s, whatever the interval says. */
const errorRetryMs = 10_000;

/** Worst last. */
const severity: readonly AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

/** All that must be known of a run to go on with it. Plain data, so that it can be stored. */
export interface AnalysisRunState {
  readonly name: string;
  readonly startedAt: number;
  readonly terminating: boolean;
  readonly metrics: readonly MetricProgress[];
}

/** One run of an analysis: which metric is due when, and what its measurements add up to. Knows no clock and no Prometheus. */
export class AnalysisRun {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly #progress: Map<string, MetricProgress>;
  readonly #inFlight = new Set<string>();
  #terminating = false;

  constructor(name: string, metrics: readonly Metric[], startedAt: number) {
    this.name = name;
    this.startedAt = startedAt;
    this.#progress = new Map(metrics.map((metric) => [metric.name, startProgress(metric)]));
  }

  /** Goes on with a stored run. A measurement that was under way when it was stored is taken again. */
  static restore({ name, startedAt, terminating, metrics }: AnalysisRunState): AnalysisRun {
    const run = new AnalysisRun(name, [], startedAt);
    for (const progress of metrics) run.#progress.set(progress.metric.name, progress);
    run.#terminating = terminating;
    // Without this, a metric that was being measured when the run was ended from outside would never complete.
    if (terminating) run.terminate();
    return run;
  }

  /** What {@link restore} needs. */
  get state(): AnalysisRunState {
    const { name, startedAt, metrics } = this;
    return { name, startedAt, terminating: this.#terminating, metrics };
  }

  /** In the order in which the template declares its metrics. */
  get metrics(): readonly MetricProgress[] {
    return [...this.#progress.values()];
  }

  /** The worst phase of the metrics; `Running` as long as one isn't complete. */
  get phase(): AnalysisPhase {
    const phases = this.metrics.map(({ phase }) => phase);
    if (!phases.every(isCompleted)) return 'Running';
    return phases.reduce((worst, phase) => (severity.indexOf(phase) > severity.indexOf(worst) ? phase : worst));
  }

  /**
   * `Metric "x" assessed Failed due to failed (1) > failureLimit (0)`; `Run Terminated` when it was ended from outside and nothing was
   * wrong; absent while it goes on and when it ended by itself as successful.
   */
  get message(): string | undefined {
    const decisive = this.decisive;
    if (!decisive) return undefined;
    if (decisive.phase === 'Successful') return this.#terminating ? 'Run Terminated' : undefined;
    const cause = decisive.measurements.at(-1)?.message;
    const quoted = cause === undefined ? '' : `: "Error Message: ${cause}"`;
    return `Metric "${decisive.metric.name}" assessed ${decisive.phase} due to ${decisive.message}${quoted}`;
  }

  /** The metric that decided the phase: the first of the worst; absent while the run goes on. */
  get decisive(): MetricProgress | undefined {
    const { phase } = this;
    return isCompleted(phase) ? this.metrics.find((progress) => progress.phase === phase) : undefined;
  }

  /** Metrics to measure at `now`; none while one is being measured, complete, or the run is ending. */
  due(now: number): readonly Metric[] {
    return this.metrics.filter((progress) => this.#isDue(progress, now)).map(({ metric }) => metric);
  }

  /** The caller has started to measure a metric that was due. */
  begin(name: string): void {
    this.#inFlight.add(name);
  }

  /** Takes the end of a measurement; the first metric that ends badly ends the run. */
  finish(name: string, measurement: Measurement): void {
    const progress = this.#progress.get(name);
    this.#inFlight.delete(name);
    if (!progress || isCompleted(progress.phase)) return;
    const next = recordMeasurement(progress, measurement);
    this.#progress.set(name, this.#terminating && !isCompleted(next.phase) ? { ...next, phase: 'Successful' } : next);
    if (isCompleted(next.phase) && next.phase !== 'Successful') this.terminate();
  }

  /**
   * Takes no more measurements. Metrics that aren't complete count as successful, which is no evidence: a run that is ended from
   * outside ends as successful. One that is being measured is assessed when it ends.
   */
  terminate(): void {
    if (isCompleted(this.phase)) return;
    this.#terminating = true;
    for (const [name, progress] of this.#progress) {
      if (isCompleted(progress.phase) || this.#inFlight.has(name)) continue;
      this.#progress.set(name, { ...progress, phase: 'Successful', message: 'run terminated' });
    }
  }

  #isDue({ metric, phase, count, measurements }: MetricProgress, now: number): boolean {
    if (this.#terminating || isCompleted(phase) || this.#inFlight.has(metric.name)) return false;
    const last = measurements.at(-1);
    if (!last) return now >= this.startedAt + metric.initialDelayMs;
    if (metric.count !== undefined && count >= metric.count) return false;
    const interval = last.phase === 'Error' ? errorRetryMs : (metric.intervalMs ?? errorRetryMs);
    return now > last.finishedAt + interval;
  }
}
