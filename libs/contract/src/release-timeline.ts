/**
 * What was seen of a release, change by change: by watching a cluster, or from the events of a rehearsal. Both are written in this
 * one form, so that they can be compared.
 *
 * Versions are called `v1` (stable when the release starts), `v2` (the release), `v3` and so on, in the order in which they appear.
 */
export type TimelineEntry = {
  /** Milliseconds since the release started; negative for what was there before. */
  readonly atMs: number;
} & TimelineChange;

export type TimelineChange =
  /** Somebody asked for something. */
  | { readonly type: 'command'; readonly command: TimelineCommand; readonly version?: string }
  | ({ readonly type: 'replicas'; readonly version: string } & VersionReplicas)
  | ({ readonly type: 'status' } & RolloutPosition)
  /** An analysis run was created or changed its phase. */
  | {
      readonly type: 'run';
      readonly run: string;
      readonly kind: 'step' | 'background';
      readonly phase: string;
      readonly message?: string;
    }
  /** A metric of a run has ended, with what decided it and the counts so far. */
  | {
      readonly type: 'metric';
      readonly run: string;
      readonly metric: string;
      readonly phase: string;
      readonly message?: string;
      readonly counts: MetricCounts;
    };

export type TimelineCommand =
  | 'deploy'
  | 'release'
  | 'retry'
  | 'promote'
  | 'promoteFull'
  | 'deletePod'
  | 'killContainer'
  | 'stopPrometheus'
  | 'startPrometheus';

/** The ReplicaSet of one version. */
export interface VersionReplicas {
  /** What the controller asks for. */
  readonly desired: number;
  /** Pods that exist and aren't terminating. */
  readonly created: number;
  /** Pods that have been Ready for `minReadySeconds`. */
  readonly available: number;
}

/** Where a Rollout stands. */
export interface RolloutPosition {
  /** `Progressing`, `Paused`, `Degraded` or `Healthy`. */
  readonly phase: string;
  readonly message?: string;
  /** Index of the current step; the number of steps when all are done. */
  readonly step?: number;
  /** The version that serves when nothing is released. */
  readonly stable?: string;
  /** The version of the pod template. */
  readonly latest: string;
  /** Why it is paused; empty when it isn't. */
  readonly pauses: readonly string[];
  readonly aborted: boolean;
}

/** What a metric's limits compare with; all but the consecutive ones are totals. */
export interface MetricCounts {
  /** Measurements that weren't errors. */
  readonly count: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly consecutiveError: number;
  readonly consecutiveSuccess: number;
}

/** One release as it was recorded on a cluster, with all that is needed to play its controller again. */
export interface ReleaseRecording {
  readonly name: string;
  readonly description: string;
  /** The command that records it anew. */
  readonly command: string;
  /** ISO 8601. */
  readonly recordedAt: string;
  /** Version by component, e.g. `argo-rollouts: v1.9.1`. */
  readonly versions: Readonly<Record<string, string>>;
  /** `spec` of the Rollout without its pod template. */
  readonly rollout: Readonly<Record<string, unknown>>;
  /** Metrics of each run as its `spec` holds them, without their providers. */
  readonly analyses: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly timeline: readonly TimelineEntry[];
  /** Every measurement that was taken, by run and metric. */
  readonly measurements: Readonly<Record<string, Readonly<Record<string, MeasurementSeries>>>>;
}

/** The measurements of one metric in their order: three lists of the same length. */
export interface MeasurementSeries {
  /** When each was seen; milliseconds since the release started. */
  readonly atMs: readonly number[];
  /** One letter each: `S`uccessful, `F`ailed, `I`nconclusive, `E`rror. */
  readonly phases: string;
  /** What was read, to six digits; `null` for an error. A metric of this repository reads one number. */
  readonly values: readonly (number | null)[];
}
