import {
  type MeasurementSeries,
  type MetricCounts,
  podTemplateHashLabel,
  type TimelineChange,
  type TimelineCommand,
  type TimelineEntry,
} from '@observed-rollouts/contract';
import type { AnalysisRun, Measurement, MetricResult, Rollout } from '../rollout.ts';

/** The part of a ReplicaSet that a timeline tells of. */
export interface ReplicaSet {
  readonly kind: 'ReplicaSet';
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly availableReplicas?: number };
}

/** A series that is still being written. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

const completed = ['Successful', 'Failed', 'Error', 'Inconclusive'];

/** Turns what a watch tells of one Rollout and its objects into a timeline: only what changed, versions by their order. */
export class TimelineReader {
  readonly entries: TimelineEntry[] = [];
  readonly measurements: Record<string, Record<string, Growing<MeasurementSeries>>> = {};
  readonly #rollout: string;
  readonly #versions = new Map<string, string>();
  readonly #last = new Map<string, string>();
  readonly #earlierRuns = new Set<string>();
  readonly #measured = new Map<string, number>();
  #startedAt: number | undefined;

  /** @param rollout name of the Rollout; other ones' objects are left alone. */
  constructor(rollout: string) {
    this.#rollout = rollout;
  }

  /** What is told from now on belongs to the release. Milliseconds since the epoch. */
  start(at: number): void {
    this.#startedAt = at;
  }

  command(at: number, command: TimelineCommand): void {
    this.#add(at, { type: 'command', command });
  }

  takeReplicaSet(at: number, { metadata, spec, status }: ReplicaSet): void {
    const hash = metadata.labels?.[podTemplateHashLabel];
    if (hash === undefined || !metadata.ownerReferences?.some(({ name }) => name === this.#rollout)) return;
    const { replicas: desired = 0 } = spec;
    // A version of earlier releases has no pods and no name.
    if (!this.#versions.has(hash) && desired === 0) return;
    const { replicas: created = 0, availableReplicas: available = 0 } = status ?? {};
    const version = this.#version(hash);
    this.#addNew(at, `replicas ${version}`, { type: 'replicas', version, desired, created, available });
  }

  takeRollout(at: number, { metadata, status = {} }: Rollout): void {
    if (metadata.name !== this.#rollout || status.currentPodHash === undefined) return;
    const { phase = '', message, currentStepIndex, stableRS, abort, pauseConditions = [] } = status;
    this.#addNew(at, 'status', {
      type: 'status',
      phase,
      ...(message ? { message: this.#withoutHashes(message) } : {}),
      ...(currentStepIndex === undefined ? {} : { step: currentStepIndex }),
      ...(stableRS ? { stable: this.#version(stableRS) } : {}),
      latest: this.#version(status.currentPodHash),
      pauses: pauseConditions.map(({ reason }) => reason),
      aborted: abort ?? false,
    });
  }

  takeAnalysisRun(at: number, { metadata, status }: AnalysisRun): void {
    const run = this.runName(metadata.name);
    if (run === undefined) return;
    const { phase = 'Pending', message, metricResults = [] } = status ?? {};
    for (const result of metricResults) this.#takeMeasurements(at, run, result);
    const kind = metadata.labels?.['rollout-type'] === 'Step' ? 'step' : 'background';
    this.#addNew(at, `run ${run}`, { type: 'run', run, kind, phase, ...(message ? { message } : {}) });
  }

  /** `v2-1`: the version and the step; without a step the background run. `undefined`: a run of an earlier release. */
  runName(name: string): string | undefined {
    if (this.#startedAt === undefined) this.#earlierRuns.add(name);
    if (this.#earlierRuns.has(name)) return undefined;
    const [, hash = '', rest = ''] = new RegExp(`^${this.#rollout}-([^-]+)-\\d+(.*)$`).exec(name) ?? [];
    const version = this.#versions.get(hash);
    return version === undefined ? undefined : `${version}${rest}`;
  }

  #takeMeasurements(at: number, run: string, result: MetricResult): void {
    const { name: metric, measurements = [] } = result;
    const key = `${run}/${metric}`;
    const seen = this.#measured.get(key) ?? 0;
    const finished = measurements.filter(({ phase }) => completed.includes(phase));
    const counts = countsOf(result);
    // Only the last ten are kept: how many there were says how many of them are new.
    const total = counts.count + (result.error ?? 0);
    if (total - seen > finished.length) {
      throw new Error(
        `${key}: ${total - seen} measurements at once, expected at most the ${finished.length} that are kept`,
      );
    }
    for (const measurement of total > seen ? finished.slice(seen - total) : []) {
      this.#append(run, metric, at - (this.#startedAt ?? at), measurement);
    }
    // A controller that worked on an old copy writes it back, and the newest measurements are gone from the run.
    if (total < seen) this.#forget(run, metric, seen - total);
    this.#measured.set(key, total);
    if (!completed.includes(result.phase)) return;
    const message = result.message ? { message: result.message } : {};
    this.#addNew(at, `metric ${key}`, { type: 'metric', run, metric, phase: result.phase, ...message, counts });
  }

  #append(run: string, metric: string, atMs: number, { phase, value }: Measurement): void {
    const series = ((this.measurements[run] ??= {})[metric] ??= { atMs: [], phases: '', values: [] });
    series.atMs.push(Math.round(atMs));
    series.phases += phase[0];
    series.values.push(value === undefined ? null : readNumber(value));
  }

  #forget(run: string, metric: string, count: number): void {
    const series = this.measurements[run]?.[metric];
    if (series === undefined) return;
    series.atMs.splice(-count);
    series.values.splice(-count);
    series.phases = series.phases.slice(0, -count);
  }

  #version(hash: string): string {
    const known = this.#versions.get(hash);
    if (known !== undefined) return known;
    const name = `v${this.#versions.size + 1}`;
    this.#versions.set(hash, name);
    return name;
  }

  #withoutHashes(message: string): string {
    return [...this.#versions].reduce((text, [hash, version]) => text.replaceAll(hash, version), message);
  }

  #addNew(at: number, key: string, change: TimelineChange): void {
    const text = JSON.stringify(change);
    if (this.#last.get(key) === text) return;
    this.#last.set(key, text);
    this.#add(at, change);
  }

  #add(at: number, change: TimelineChange): void {
    this.entries.push({ atMs: Math.round(at - (this.#startedAt ?? at)), ...change });
  }
}

function countsOf(result: MetricResult): MetricCounts {
  const { count = 0, failed = 0, inconclusive = 0, consecutiveError = 0, consecutiveSuccess = 0 } = result;
  return { count, failed, inconclusive, consecutiveError, consecutiveSuccess };
}

/** Six digits of the only number of a vector. */
function readNumber(value: string): number {
  const [, text = ''] = /^\[([^,]+)\]$/.exec(value) ?? [];
  const number = Number(text);
  if (text === '' || !Number.isFinite(number))
    throw new Error(`measurement: got ${value}, expected one number, e.g. [1.5]`);
  return Number(number.toPrecision(6));
}
