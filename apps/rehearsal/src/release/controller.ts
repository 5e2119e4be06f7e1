import { setTimeout as delay } from 'node:timers/promises';
import type { InstantQuery } from '../analysis/measuring.ts';
import type { AnalysisRun } from '../analysis/analysis-run.ts';
import type { ReplicaSet } from '../cluster/replica-set.ts';
import type { RolloutState } from '../controller/state.ts';
import { AnalysisRuns, type StoredRun } from './analysis-runs.ts';
import type { EventBody } from './event.ts';
import type { RehearsalPlan } from './plan.ts';
import { type LoopEnd, type LoopMemory, RolloutLoop } from './rollout-loop.ts';

export interface ControllerSettings {
  readonly plan: RehearsalPlan;
  readonly replicaSets: ReadonlyMap<string, ReplicaSet>;
  readonly query: InstantQuery;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
}

/** What a controller writes down: the `status` of a Rollout and of its analysis runs. */
interface Written extends LoopMemory {
  readonly runs: readonly StoredRun[];
}

/** The controller of a rehearsal. It can be ended at any time: another one picks up what was written down at the last look. */
export class Controller {
  readonly #settings: ControllerSettings;
  /** As text: nothing but plain data gets from one controller to the next. */
  #written = '';
  #runs: AnalysisRuns;
  #loop: RolloutLoop | undefined;
  #ending = new AbortController();
  #awayMs = 0;

  constructor(settings: ControllerSettings) {
    this.#settings = settings;
    this.#runs = this.#newRuns([]);
  }

  /** The state after the last look; `undefined` before {@link run}. */
  get state(): RolloutState | undefined {
    return this.#loop?.state;
  }

  /** See {@link AnalysisRuns.deciding}. */
  deciding(state: RolloutState): AnalysisRun | undefined {
    return this.#runs.deciding(state);
  }

  /** Makes it look now. */
  wake(): void {
    this.#loop?.wake();
  }

  /** Ends the present controller; another one starts after `awayMs`. */
  restart(awayMs: number): void {
    this.#awayMs = awayMs;
    this.#ending.abort();
  }

  /**
   * Drives the Rollout from a state until it has ended.
   *
   * Errors: rejects with the signal's reason and with the error of an action.
   */
  async run(state: RolloutState, undecidedUntil: number): Promise<LoopEnd> {
    const { signal } = this.#settings;
    this.#write({ state });
    for (let resumed = false; ; resumed = true) {
      this.#ending = new AbortController();
      const ending = this.#ending.signal;
      try {
        return await this.#begin(undecidedUntil, resumed).run();
      } catch (error) {
        if (!ending.aborted || signal.aborted) throw error;
      }
      this.#runs.close();
      await delay(this.#awayMs, undefined, { signal });
    }
  }

  #begin(undecidedUntil: number, resumed: boolean): RolloutLoop {
    const { plan, replicaSets, emit } = this.#settings;
    const { runs, ...memory } = JSON.parse(this.#written) as Written;
    if (resumed) this.#runs = this.#newRuns(runs);
    const signal = AbortSignal.any([this.#settings.signal, this.#ending.signal]);
    const save = (written: LoopMemory) => this.#write(written);
    this.#loop = new RolloutLoop(
      { plan, replicaSets, runs: this.#runs, emit, undecidedUntil, save, signal },
      memory,
      resumed,
    );
    return this.#loop;
  }

  #newRuns(stored: readonly StoredRun[]): AnalysisRuns {
    const { query, emit } = this.#settings;
    return new AnalysisRuns(query, emit, () => this.#loop?.wake(), stored);
  }

  #write(memory: LoopMemory): void {
    this.#written = JSON.stringify({ ...memory, runs: this.#runs.stored } satisfies Written);
  }
}
