import { AnalysisRun } from '../analysis/analysis-run.ts';
import { type InstantQuery, measure } from '../analysis/measuring.ts';
import { isCompleted, type Metric } from '../analysis/metric.ts';
import type { EventBody } from './event.ts';
import { boundsOf } from './verdict.ts';

/** The analysis runs of one release: starts them, measures what is due, reports what is found. */
export class AnalysisRuns {
  readonly #runs = new Map<string, AnalysisRun>();
  readonly #reported = new Set<string>();
  readonly #query: InstantQuery;
  readonly #emit: (event: EventBody) => void;
  readonly #wake: () => void;

  /** @param wake called when a measurement has ended. */
  constructor(query: InstantQuery, emit: (event: EventBody) => void, wake: () => void) {
    this.#query = query;
    this.#emit = emit;
    this.#wake = wake;
  }

  get runs(): ReadonlyMap<string, AnalysisRun> {
    return this.#runs;
  }

  /** The run that ended last of those that measured anything. */
  get last(): AnalysisRun | undefined {
    return [...this.#runs.values()].findLast(({ metrics }) =>
      metrics.some(({ measurements }) => measurements.length > 0),
    );
  }

  start(name: string, metrics: readonly Metric[], now: number): void {
    this.#runs.set(name, new AnalysisRun(name, metrics, now));
    this.#emit({ type: 'analysis', run: name, metrics: metrics.map(boundsOf) });
  }

  terminate(name: string): void {
    this.#runs.get(name)?.terminate();
  }

  /** Starts every measurement that is due and reports every run that has ended. */
  advance(now: number): void {
    for (const run of this.#runs.values()) {
      for (const metric of run.due(now)) void this.#measure(run, metric);
      this.#reportEnd(run);
    }
  }

  async #measure(run: AnalysisRun, metric: Metric): Promise<void> {
    run.begin(metric.name);
    const measurement = await measure(metric, this.#query, Date.now);
    run.finish(metric.name, measurement);
    const { phase, value, reading, message } = measurement;
    this.#emit({
      type: 'measurement',
      run: run.name,
      metric: metric.name,
      phase,
      ...(value === undefined ? {} : { value }),
      ...(reading === undefined ? {} : { reading }),
      ...(message === undefined ? {} : { message }),
    });
    this.#wake();
  }

  #reportEnd(run: AnalysisRun): void {
    if (!isCompleted(run.phase) || this.#reported.has(run.name)) return;
    this.#reported.add(run.name);
    const { phase, message } = run;
    this.#emit({ type: 'analysisEnd', run: run.name, phase, ...(message === undefined ? {} : { message }) });
  }
}
