import type { ReleaseRecording, TimelineChange, TimelineCommand, TimelineEntry } from '@observed-rollouts/contract';
import type { AnalysisPhase } from '../../src/analysis/metric.ts';
import { reconcile, release, retry } from '../../src/controller/reconcile.ts';
import type { ReplicaSetStatus } from '../../src/controller/replica-counts.ts';
import type { Rollout } from '../../src/controller/rollout.ts';
import type { Action, RolloutState } from '../../src/controller/state.ts';
import { rolloutName, rolloutOf } from './recordings.ts';

/** How often the replayed controller looks when nothing is recorded. */
const lookMs = 100;
/** How long it looks on after the last entry: a pause that it ends a little later than the recorded controller. */
const afterMs = 15_000;

/** Commands that the rehearsal's controller knows, as the change to its state that a person's patch makes. */
const patches: Readonly<Record<string, (state: RolloutState, now: number) => RolloutState>> = {
  retry,
  promote: ({ pause: _over, ...state }) => ({ ...state, stepIndex: state.stepIndex + 1 }),
};
/** Commands whose effect arrives as pods and phases. */
const outside = ['deletePod', 'killContainer', 'stopPrometheus', 'startPrometheus'];

/**
 * Gives the rehearsal's controller what a real one was given - commands, pods that come and go, phases of analysis runs, all at their
 * time - and returns what it does with them: a timeline like the recorded one.
 *
 * Errors: a command that the rehearsal doesn't know.
 */
export function replayController(recording: ReleaseRecording): readonly TimelineEntry[] {
  const replay = new ControllerReplay(rolloutOf(recording));
  for (const [index, entry] of recording.timeline.entries()) {
    replay.lookUntil(entry.atMs);
    if (entry.type === 'command') replay.command(entry.command, releasedBy(recording.timeline.slice(index)));
    else replay.take(entry);
  }
  replay.lookUntil((recording.timeline.at(-1)?.atMs ?? 0) + afterMs);
  return replay.timeline;
}

/** The version that is the latest one as soon as the controller has seen the command that stands first. */
function releasedBy(timeline: readonly TimelineEntry[]): string {
  const [version = 'v1'] = timeline.flatMap((entry) => (entry.type === 'status' ? [entry.latest] : []));
  return version;
}

class ControllerReplay {
  readonly timeline: TimelineEntry[] = [];
  readonly #rollout: Rollout;
  readonly #pods = new Map<string, ReplicaSetStatus>();
  /** Phases as recorded, by recorded name. */
  readonly #phases = new Map<string, { phase: AnalysisPhase; message?: string }>();
  /** The recorded name of each run that the controller has started, by its own name. */
  readonly #started = new Map<string, string>();
  #state: RolloutState | undefined;
  #now = 0;

  constructor(rollout: Rollout) {
    this.#rollout = rollout;
  }

  take(entry: TimelineEntry): void {
    if (entry.type === 'replicas') this.#takePods(entry);
    else if (entry.type === 'run') {
      const { phase, message } = entry;
      this.#phases.set(entry.run, { phase: (phase || 'Pending') as AnalysisPhase, ...(message ? { message } : {}) });
    } else if (entry.type === 'status' && this.#state === undefined && entry.stable !== undefined) {
      // Where the recorded controller stood at the start: everything serves the stable version.
      const { steps } = this.#rollout;
      this.#state = { ...release(entry.stable, 0), stableHash: entry.stable, stepIndex: steps.length };
      this.#tell(this.#state);
    }
    this.#look();
  }

  lookUntil(atMs: number): void {
    while (this.#now + lookMs < atMs) {
      this.#now += lookMs;
      this.#look();
    }
    this.#now = Math.max(this.#now, atMs);
  }

  command(command: TimelineCommand, version: string): void {
    this.#add({ type: 'command', command });
    const patch = patches[command];
    if (patch && this.#state) {
      this.#state = patch(this.#state, this.#now);
      this.#tell(this.#state);
    } else if (command === 'release' || command === 'deploy') {
      this.#state = release(version, this.#now, this.#state);
    } else if (!outside.includes(command))
      throw new Error(`replay: got the command ${command}, expected one that the rehearsal knows`);
    this.#look();
  }

  /** Pods come from the recording, what is asked for from the controller that is replayed. */
  #takePods({ version, created, available, desired }: TimelineEntry & { type: 'replicas' }): void {
    const known = this.#pods.get(version);
    this.#pods.set(version, { desired: known?.desired ?? (this.#state ? desired : 0), created, available });
    if (!known && this.#state === undefined) this.#add({ type: 'replicas', version, desired, created, available });
  }

  #look(): void {
    if (this.#state === undefined) return;
    // Bounded: a controller that never comes to rest would hang the test.
    for (let look = 0; look < 50; look++) {
      const before: RolloutState = this.#state as RolloutState;
      const { state, actions } = reconcile(this.#rollout, before, {
        now: this.#now,
        replicaSets: this.#pods,
        runs: new Map(
          [...this.#started].map(([own, recorded]) => [
            own,
            this.#phases.get(recorded) ?? { phase: 'Pending' as const },
          ]),
        ),
      });
      this.#state = state;
      for (const action of actions) this.#perform(action);
      this.#tell(state);
      if (
        actions.length === 0 &&
        JSON.stringify({ ...state, progress: 0 }) === JSON.stringify({ ...before, progress: 0 })
      )
        return;
    }
    throw new Error(`replay: the controller does not come to rest at ${this.#now} ms`);
  }

  #perform(action: Action): void {
    if (action.kind === 'scale') {
      const pods = this.#pods.get(action.hash) ?? { created: 0, available: 0 };
      this.#pods.set(action.hash, { ...pods, desired: action.replicas });
      this.#add({ type: 'replicas', version: action.hash, ...pods, desired: action.replicas });
    } else if (action.kind === 'startAnalysis') {
      const recorded = action.run.replace(new RegExp(`^${rolloutName}-(v\\d+)-\\d+`), '$1');
      this.#started.set(action.run, recorded);
      this.#add({ type: 'run', run: recorded, kind: action.analysis, phase: 'Pending' });
    }
  }

  #tell({ stableHash, latestHash, stepIndex, pause, abort }: RolloutState): void {
    this.#add({
      type: 'status',
      phase: '',
      ...(abort ? { message: abort.message } : {}),
      step: stepIndex,
      ...(stableHash === undefined ? {} : { stable: stableHash }),
      latest: latestHash,
      pauses: pause ? [pause.reason] : [],
      aborted: abort !== undefined,
    });
  }

  #add(change: TimelineChange): void {
    this.timeline.push({ atMs: this.#now, ...change });
  }
}
