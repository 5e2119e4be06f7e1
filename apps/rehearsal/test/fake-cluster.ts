import type { AnalysisPhase } from '../src/analysis/metric.ts';
import { outcomeOf } from '../src/controller/outcome.ts';
import { reconcile, release, retry } from '../src/controller/reconcile.ts';
import type { Rollout } from '../src/controller/rollout.ts';
import type { ReplicaSetStatus } from '../src/controller/replica-counts.ts';
import type { Action, Observation, RolloutState } from '../src/controller/state.ts';

/** Five replicas, maxSurge 1, maxUnavailable 0, no minReadySeconds, no steps. */
export const plainRollout: Rollout = {
  name: 'app',
  namespace: 'default',
  object: {},
  template: { metadata: { labels: {} }, spec: { containers: [{ name: 'app' }] } },
  limits: { replicas: 5, maxSurge: 1, maxUnavailable: 0 },
  steps: [],
  minReadyMs: 0,
  progressDeadlineMs: 600_000,
  progressDeadlineAbort: false,
};

/** An analysis that names one template. */
export const analysis = (templateName: string) => ({ templates: [{ templateName }] });

/** A cluster that obeys a Rollout's controller at once, and a clock that only {@link FakeCluster.pass} moves. */
export class FakeCluster {
  /** What the controller did, with the second in which it did it. */
  readonly log: string[] = [];
  /** Seconds until a new pod is Ready, by version; one that isn't here never becomes Ready. */
  readonly readyAfter: Record<string, number> = {};
  readonly #rollout: Rollout;
  readonly #births = new Map<string, number[]>();
  readonly #runs = new Map<string, { phase: AnalysisPhase; message?: string }>();
  #now = 0;
  #state: RolloutState;
  #ended = false;

  constructor(rollout: Rollout, first: string) {
    this.#rollout = rollout;
    this.#state = release(first, 0);
  }

  get state(): RolloutState {
    return this.#state;
  }

  get outcome(): string | undefined {
    return outcomeOf(this.#rollout, this.#state, this.#observation().replicaSets);
  }

  release(version: string): void {
    this.#state = release(version, this.#now, this.#state);
    this.#ended = false;
    this.log.push(`${this.#time}: release ${version}`);
  }

  /** As `kubectl argo rollouts retry` does. */
  retry(): void {
    this.#state = retry(this.#state, this.#now);
    this.#ended = false;
    this.log.push(`${this.#time}: retry`);
  }

  /** Ends an analysis run or changes what it has found. */
  setRun(name: string, phase: AnalysisPhase, message?: string): void {
    if (!this.#runs.has(name)) throw new Error(`no run ${name}, there are ${[...this.#runs.keys()].join(', ')}`);
    this.#runs.set(name, { phase, ...(message === undefined ? {} : { message }) });
  }

  /** Lets time pass; the controller looks until nothing moves, at each second. */
  pass(seconds: number): this {
    for (let second = 0; second <= seconds; second++) {
      while (this.#look());
      if (second < seconds) this.#now += 1000;
    }
    return this;
  }

  get #time(): string {
    return `${this.#now / 1000} s`;
  }

  /** One look, unless the release has ended, as the rehearsal does; false when nothing moved. */
  #look(): boolean {
    if (this.#ended) return false;
    const before = this.#state;
    const { state, actions } = reconcile(this.#rollout, before, this.#observation());
    this.#state = state;
    for (const action of actions) this.#perform(action);
    this.#note(before, state);
    const { outcome } = this;
    if (outcome !== undefined) this.log.push(`${this.#time}: ended as ${outcome}`);
    this.#ended = outcome !== undefined;
    return actions.length > 0 || JSON.stringify(before) !== JSON.stringify({ ...state, progress: before.progress });
  }

  #note(before: RolloutState, { stepIndex, pause, abort, stableHash, stuck }: RolloutState): void {
    const say = (text: string) => this.log.push(`${this.#time}: ${text}`);
    if (stableHash !== before.stableHash) say(`${stableHash} is stable`);
    else if (stepIndex !== before.stepIndex) say(`step ${stepIndex}`);
    if (pause && pause.reason !== before.pause?.reason) say(`paused: ${pause.reason}`);
    if (abort && !before.abort) say(`aborted: ${abort.message}`);
    if (stuck && !before.stuck) say('stuck');
  }

  #perform(action: Action): void {
    if (action.kind === 'scale') {
      const births = this.#births.get(action.hash) ?? [];
      const added = Array.from({ length: Math.max(0, action.replicas - births.length) }, () => this.#now);
      this.#births.set(action.hash, [...births.slice(0, action.replicas), ...added]);
      this.log.push(`${this.#time}: ${action.hash} ${births.length} -> ${action.replicas}`);
    } else if (action.kind === 'startAnalysis') {
      this.#runs.set(action.run, { phase: 'Running' });
      this.log.push(`${this.#time}: start ${action.analysis} ${action.run}`);
    } else {
      this.log.push(`${this.#time}: terminate ${action.run}`);
    }
  }

  #observation(): Observation {
    const { minReadyMs } = this.#rollout;
    const status = (hash: string, births: readonly number[]): ReplicaSetStatus => {
      const availableAfter = (this.readyAfter[hash] ?? Infinity) * 1000 + minReadyMs;
      const available = births.filter((birth) => this.#now >= birth + availableAfter).length;
      return { desired: births.length, created: births.length, available };
    };
    const replicaSets = new Map([...this.#births].map(([hash, births]) => [hash, status(hash, births)]));
    return { now: this.#now, replicaSets, runs: this.#runs };
  }
}
