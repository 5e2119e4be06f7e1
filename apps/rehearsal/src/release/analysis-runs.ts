import { AnalysisRun, type AnalysisRunState } from '../analysis/analysis-run.ts';
import { type InstantQuery, measure } from '../analysis/measuring.ts';
import { isCompleted, type Metric } from '../analysis/metric.ts';
import type { AnalysisKind, RolloutState } from '../controller/state.ts';
import type { EventBody } from './event.ts';
import { boundsOf } from './verdict.ts';

/** A run as the controller stores it. */
export interface StoredRun {
  readonly kind: AnalysisKind;
  /** Its end has been reported. */
  readonly reported: boolean;
  readonly run: AnalysisRunState;
}

/** The analysis runs of one release: starts them, measures what is due, reports what is found. */
export class AnalysisRuns {
  readonly #runs = new Map<string, AnalysisRun>();
  readonly #kinds = new Map<string, AnalysisKind>();
  readonly #reported = new Set<string>();
  readonly #query: InstantQuery;
  readonly #emit: (event: EventBody) => void;
  readonly #wake: () => void;
  #closed = false;

  /**
   * @param wake called when a measurement has ended.
   * @param stored runs to go on with.
   */
  constructor(
    query: InstantQuery,
    emit: (event: EventBody) => void,
    wake: () => void,
    stored: readonly StoredRun[] = [],
  ) {
    this.#query = query;
    this.#emit = emit;
    this.#wake = wake;
    for (const { kind, reported, run } of stored) {
      this.#runs.set(run.name, AnalysisRun.restore(run));
      this.#kinds.set(run.name, kind);
      if (reported) this.#reported.add(run.name);
    }
  }

  /** Plain data: all that another instance needs to go on. */
  get stored(): readonly StoredRun[] {
    return [...this.#runs.values()].map((run) => ({
      kind: this.#kindOf(run),
      reported: this.#reported.has(run.name),
      run: run.state,
    }));
  }

  /** What is being measured no longer counts and isn't reported. */
  close(): void {
    this.#closed = true;
  }

  get runs(): ReadonlyMap<string, AnalysisRun> {
    return this.#runs;
  }

  /**
   * The run that made a release end in this state: the one that failed or was inconclusive, or else the last gate that was passed.
   *
   * Edge: a background run never is the reason for a promotion, since nothing waits for it. `undefined` when no analysis decided:
   *       a progress deadline, a pause step, a Rollout without a gate.
   */
  deciding({ stableHash, latestHash, abort, pause }: RolloutState): AnalysisRun | undefined {
    if (stableHash !== latestHash) return this.#runs.get(abort?.run ?? pause?.run ?? '');
    return [...this.#runs.values()].findLast((run) => this.#kindOf(run) === 'step' && run.phase === 'Successful');
  }

  start(name: string, kind: AnalysisKind, metrics: readonly Metric[], now: number): void {
    this.#runs.set(name, new AnalysisRun(name, metrics, now));
    this.#kinds.set(name, kind);
    this.#emit({ type: 'analysis', run: name, kind, metrics: metrics.map(boundsOf) });
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
    if (this.#closed) return;
    // The number is for the eye only: the run knows the value as the controller would store it, and JSON has no NaN.
    const { reading, ...kept } = measurement;
    run.finish(metric.name, kept);
    const { phase, value, message } = kept;
    this.#emit({
      type: 'measurement',
      run: run.name,
      kind: this.#kindOf(run),
      metric: metric.name,
      phase,
      ...(value === undefined ? {} : { value }),
      ...(reading === undefined ? {} : { reading }),
      ...(message === undefined ? {} : { message }),
    });
    this.#wake();
  }

  #kindOf({ name }: AnalysisRun): AnalysisKind {
    return this.#kinds.get(name) as AnalysisKind;
  }

  #reportEnd(run: AnalysisRun): void {
    if (!isCompleted(run.phase) || this.#reported.has(run.name)) return;
    this.#reported.add(run.name);
    const { phase, message } = run;
    const kind = this.#kindOf(run);
    this.#emit({ type: 'analysisEnd', run: run.name, kind, phase, ...(message === undefined ? {} : { message }) });
  }
}
