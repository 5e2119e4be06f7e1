import { setTimeout as delay } from 'node:timers/promises';
import type { ReplicaSet } from '../cluster/replica-set.ts';
import { type Outcome, outcomeOf } from '../controller/outcome.ts';
import { currentWeight, reconcile } from '../controller/reconcile.ts';
import type { Rollout } from '../controller/rollout.ts';
import type { ReplicaSetStatus } from '../controller/replica-counts.ts';
import type { CanaryStep } from '../controller/rollout-schema.ts';
import type { Action, Observation, RolloutState } from '../controller/state.ts';
import type { AnalysisRuns } from './analysis-runs.ts';
import type { EventBody } from './event.ts';
import type { RehearsalPlan } from './plan.ts';

/** How often the controller looks when nothing wakes it. */
const resyncMs = 100;

/** How long an abort or a promotion may take to be carried out. */
const settlingMs = 300_000;

const noPods: ReplicaSetStatus = { desired: 0, created: 0, available: 0 };

export interface LoopSettings {
  readonly plan: RehearsalPlan;
  readonly replicaSets: ReadonlyMap<string, ReplicaSet>;
  readonly runs: AnalysisRuns;
  readonly emit: (event: EventBody) => void;
  /** Milliseconds since the epoch; a release that is undecided then is `waiting`. */
  readonly undecidedUntil: number;
  /** Called at the end of each look. */
  readonly save: (memory: LoopMemory) => void;
  /** Ends the loop with its reason. */
  readonly signal: AbortSignal;
}

/** All that the loop remembers between two looks, apart from its analysis runs. Plain data. */
export interface LoopMemory {
  readonly state: RolloutState;
  readonly decision?: Decision;
}

interface Decision {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly message: string;
}

export interface LoopEnd {
  readonly state: RolloutState;
  readonly outcome: Outcome;
  /** When the release was decided: aborted, promoted or paused. Milliseconds since the epoch; absent for one that wasn't. */
  readonly decidedAt?: number;
  readonly message: string;
}

/** Drives a Rollout from a state until it has ended: looks, acts, measures, waits. */
export class RolloutLoop {
  readonly #settings: LoopSettings;
  #state: RolloutState;
  #decision: Decision | undefined;
  readonly #resumed: boolean;
  #reportedReplicas = '';
  #wake: () => void = () => undefined;

  /** @param resumed whether an earlier loop has got as far as this memory says. */
  constructor(settings: LoopSettings, { state, decision }: LoopMemory, resumed: boolean) {
    this.#settings = settings;
    this.#state = state;
    this.#decision = decision;
    this.#resumed = resumed;
  }

  get state(): RolloutState {
    return this.#state;
  }

  /** Makes the controller look now: a pod changed or a measurement ended. */
  wake(): void {
    this.#wake();
  }

  /** Rejects with the signal's reason, and with the error of an action. */
  async run(): Promise<LoopEnd> {
    const { plan, signal } = this.#settings;
    if (!this.#resumed) this.#reportStep();
    for (;;) {
      signal.throwIfAborted();
      const observation = this.#observe();
      const { state, actions } = reconcile(plan.rollout, this.#state, observation);
      const previous = this.#state;
      this.#state = state;
      this.#report(previous, state, observation);
      for (const action of actions) await this.#perform(action);
      this.#settings.runs.advance(Date.now());
      this.#settings.save({ state, ...(this.#decision ? { decision: this.#decision } : {}) });
      const end = this.#end();
      if (end) return end;
      await this.#sleep();
    }
  }

  #end(): LoopEnd | undefined {
    const { plan, undecidedUntil } = this.#settings;
    const observation = this.#observe();
    const state = this.#state;
    const outcome = outcomeOf(plan.rollout, state, observation.replicaSets);
    const { at: decidedAt, message } = this.#decision ?? {};
    if (outcome) {
      const reason = message ?? (outcome === 'stuck' ? describeStuck(plan.rollout) : outcome);
      return { state, outcome, message: reason, ...(decidedAt === undefined ? {} : { decidedAt }) };
    }
    // A decision takes its time to be carried out: only a release without one waits.
    const late = observation.now >= undecidedUntil + (this.#decision ? settlingMs : 0);
    if (!late) return undefined;
    if (decidedAt === undefined) return { state, outcome: 'waiting', message: this.#describeWaiting() };
    const stuck = `decided (${message}), but the pods are still not as they should be after ${settlingMs / 60_000} minutes`;
    return { state, outcome: 'stuck', decidedAt, message: stuck };
  }

  /** Where it waits, and what the last measurement that was an error said. */
  #describeWaiting(): string {
    const { plan, runs } = this.#settings;
    const { steps } = plan.rollout;
    const { stepIndex } = this.#state;
    const where = `undecided at step ${Math.min(stepIndex + 1, steps.length)}/${steps.length}, ${describeStep(steps[stepIndex])}`;
    const error = [...runs.runs.values()].flatMap(({ metrics }) =>
      metrics.flatMap(({ metric, measurements }) => {
        const last = measurements.at(-1);
        return last?.phase === 'Error' ? [`${metric.name}: ${last.message ?? 'no answer'}`] : [];
      }),
    )[0];
    return error === undefined ? where : `${where}; ${error}`;
  }

  #observe(): Observation {
    const { replicaSets, runs, plan } = this.#settings;
    const now = Date.now();
    const statuses = [...replicaSets].map(([hash, set]) => [hash, set.status(now, plan.rollout.minReadyMs)] as const);
    return { now, replicaSets: new Map(statuses), runs: runs.runs };
  }

  async #perform(action: Action): Promise<void> {
    const { plan, replicaSets, runs } = this.#settings;
    if (action.kind === 'terminateAnalysis') return runs.terminate(action.run);
    if (action.kind === 'scale') return replicaSets.get(action.hash)?.scale(action.replicas);
    const { rollout } = plan;
    const reference =
      action.analysis === 'background' ? rollout.background : rollout.steps[this.#state.stepIndex]?.analysis;
    if (!reference) throw new Error(`analysis run ${action.run} has no analysis`);
    const { latestHash, stableHash = '' } = this.#state;
    runs.start(action.run, action.analysis, plan.metricsOf(reference, { latestHash, stableHash }), Date.now());
  }

  async #sleep(): Promise<void> {
    const { signal } = this.#settings;
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const timer = new AbortController();
    await Promise.race([
      woken,
      delay(resyncMs, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).catch(() => undefined),
    ]);
    timer.abort();
  }

  #report(previous: RolloutState, state: RolloutState, { replicaSets }: Observation): void {
    const replicas = {
      stable: replicaSets.get(state.stableHash ?? '') ?? noPods,
      canary: replicaSets.get(state.latestHash) ?? noPods,
    };
    const signature = JSON.stringify(replicas);
    if (state.stableHash !== state.latestHash && signature !== this.#reportedReplicas) {
      this.#reportedReplicas = signature;
      this.#settings.emit({ type: 'replicas', ...replicas });
    }
    if (state.stepIndex > previous.stepIndex && !state.abort) this.#reportStep();
    if (state.abort && !previous.abort) this.#decide('abort', state.abort.message);
    else if (previous.stableHash !== undefined && previous.stableHash !== state.stableHash) {
      this.#decide('promote', 'completed all steps');
    } else if (state.pause?.reason === 'InconclusiveAnalysisRun' && previous.pause?.reason !== state.pause.reason) {
      const run = this.#settings.runs.deciding(state);
      this.#decide('pause', run?.message ?? state.pause.reason);
    }
  }

  #decide(decision: 'abort' | 'promote' | 'pause', message: string): void {
    this.#decision = { at: Date.now(), message };
    this.#settings.emit({ type: 'decision', decision, message });
  }

  #reportStep(): void {
    const { steps } = this.#settings.plan.rollout;
    const { stepIndex, stableHash, latestHash } = this.#state;
    if (stableHash === undefined || stableHash === latestHash) return;
    const step = steps[stepIndex];
    const weight = currentWeight(steps, this.#state);
    this.#settings.emit({
      type: 'step',
      index: stepIndex,
      steps: steps.length,
      description: describeStep(step),
      weight,
    });
  }
}

function describeStuck({ progressDeadlineMs }: Rollout): string {
  return `the release made no progress for ${progressDeadlineMs / 1000} s`;
}

/** `setWeight 20`, `analysis ping-service-gate`, `pause 30 s`, `pause until promoted`; the end of the steps is `all pods`. */
export function describeStep(step: CanaryStep | undefined): string {
  if (step === undefined) return 'all pods';
  if (step.analysis) return `analysis ${step.analysis.templates.map(({ templateName }) => templateName).join(', ')}`;
  if (step.pause)
    return step.pause.duration === undefined ? 'pause until promoted' : `pause ${step.pause.duration / 1000} s`;
  return `setWeight ${step.setWeight}`;
}
