import type { Bound } from '../analysis/expression/bounds.ts';
import type { AnalysisPhase, MeasurementPhase } from '../analysis/metric.ts';
import type { PodPhase } from '../cluster/pod.ts';
import type { ReplicaSetStatus } from '../controller/replica-counts.ts';
import type { AnalysisKind } from '../controller/state.ts';
import type { Span } from '../tracing/span.ts';
import type { Verdict } from './verdict.ts';

/** Which version a pod belongs to: the one that served before, the one that is released, or neither. */
export type PodRole = 'stable' | 'canary' | 'pinger';

/** A metric of an analysis run and the numbers that its conditions compare with, where they are of that form. */
export interface MetricBounds {
  readonly name: string;
  readonly success?: Bound;
  readonly failure?: Bound;
}

/** What users got from one version, as Prometheus has it. */
export interface VersionSample {
  /** Answers since the release started, those of pods that have gone included. */
  readonly answers: number;
  /** Of them, those that failed by the objective of availability. */
  readonly failed: number;
  /** Of them, those that took longer than the objective of latency allows. */
  readonly slow: number;
  /** Seconds, over the last 10 s; absent while that has no answers. Interpolated within buckets, as `histogram_quantile` does. */
  readonly p50?: number;
  readonly p90?: number;
}

/** An alert that Prometheus holds for true. */
export interface AlertSample {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly severity: string;
}

/** One ping of the service's latency histogram that carries a trace. */
export interface Exemplar {
  readonly version: 'stable' | 'canary';
  readonly pod: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly seconds: number;
  /** As the service labels it; empty when its histogram has no such label. */
  readonly status: string;
  /** By the objective of availability. */
  readonly failed: boolean;
  /** By the objective of latency. */
  readonly slow: boolean;
  readonly traceId: string;
}

/** One look of the ancestor demo's rule at all pods pooled, both versions together. */
export interface AncestorReading {
  /** Milliseconds since the release started. */
  readonly sinceRelease: number;
  /** Share of answers that succeeded in the rule's window, 0 to 1; absent when there were none. */
  readonly success?: number;
  /** Seconds: the 90th percentile in the rule's window; absent when there were no answers. */
  readonly p90?: number;
}

/** What the rule of the demo that this project descends from makes of the same release, as Prometheus recorded it. */
export interface AncestorVerdict {
  /** `undecided`: it had refused nothing when the release ended, and would have looked on. */
  readonly outcome: 'aborted' | 'promoted' | 'undecided';
  /** Milliseconds since the release started: the look that aborted, the end of its steps, or the last look. */
  readonly afterMs: number;
  /** Which of its metrics aborted; absent otherwise. */
  readonly metric?: 'success' | 'p90';
  readonly readings: readonly AncestorReading[];
}

/** Milliseconds since the start of the rehearsal; absent for what was never reached. */
export interface Timing {
  readonly firstPodReadyMs?: number;
  readonly deployedMs?: number;
  readonly releasedMs?: number;
  readonly firstCanaryReadyMs?: number;
  readonly decidedMs?: number;
  readonly endedMs?: number;
}

/** What a rehearsal took from this machine. */
export interface Usage {
  /** CPU seconds of the rehearsal's own process: controller, balancer, receiver of traces, view. */
  readonly harnessCpuSeconds: number;
  /** CPU seconds of all that it started: pods, pinger, Prometheus. */
  readonly workloadCpuSeconds: number;
  /** Greatest resident memory seen of all processes together, in bytes. */
  readonly peakMemoryBytes: number;
}

/** What happens in a rehearsal, as all views see it; one JSON line each with `--json`. */
export type RehearsalEvent = { readonly release: string } & (
  | {
      readonly type: 'started';
      readonly description: string;
      readonly expect: string;
      readonly seed: number;
      /** The service file, when it isn't a release of ping-service. */
      readonly file?: string;
    }
  | {
      readonly type: 'pod';
      readonly pod: string;
      readonly role: PodRole;
      readonly hash?: string;
      readonly phase: PodPhase;
      /** How often its process was started again after it had ended by itself; absent for never. */
      readonly restarts?: number;
      /** How its process ended by itself, and when it is started again; absent otherwise. */
      readonly reason?: string;
    }
  | { readonly type: 'prometheus'; readonly url: string; readonly version: string; readonly dropped: readonly string[] }
  | { readonly type: 'traffic'; readonly targetsUp: number }
  | { readonly type: 'release'; readonly stableHash: string; readonly canaryHash: string }
  | { readonly type: 'replicas'; readonly stable: ReplicaSetStatus; readonly canary: ReplicaSetStatus }
  | {
      readonly type: 'step';
      readonly index: number;
      readonly steps: number;
      readonly description: string;
      readonly weight: number;
    }
  | {
      readonly type: 'analysis';
      readonly run: string;
      readonly kind: AnalysisKind;
      readonly metrics: readonly MetricBounds[];
    }
  | {
      readonly type: 'measurement';
      readonly run: string;
      readonly kind: AnalysisKind;
      readonly metric: string;
      readonly phase: MeasurementPhase;
      readonly value?: string;
      readonly reading?: number;
      readonly message?: string;
    }
  | {
      readonly type: 'analysisEnd';
      readonly run: string;
      readonly kind: AnalysisKind;
      readonly phase: AnalysisPhase;
      readonly message?: string;
    }
  | { readonly type: 'decision'; readonly decision: 'abort' | 'promote' | 'pause'; readonly message: string }
  /** Once a second from the start of the release to its end; none while Prometheus doesn't answer. */
  | {
      readonly type: 'sample';
      readonly stable: VersionSample;
      /** Absent until Prometheus has its first answer. */
      readonly canary?: VersionSample;
      /** Answers since the release started by pod, pods that have gone included. */
      readonly pods: Readonly<Record<string, number>>;
      readonly alerts: readonly AlertSample[];
    }
  /** A fault of the release file was injected, or undone. */
  | { readonly type: 'fault'; readonly fault: string; readonly phase: 'injected' | 'undone'; readonly message: string }
  /** After the end of the release, before the verdict: pings that Prometheus kept as exemplars. */
  | { readonly type: 'exemplars'; readonly exemplars: readonly Exemplar[] }
  /** After the exemplars: the trace of one of them, as its spans arrived; or where to see it, when a Tempo was named. */
  | { readonly type: 'trace'; readonly traceId: string; readonly spans: readonly Span[]; readonly link?: string }
  /** After the end of the release; absent when Prometheus didn't answer then. */
  | ({ readonly type: 'ancestor' } & AncestorVerdict)
  | { readonly type: 'usage'; readonly timing: Timing; readonly usage: Usage }
  /** Why the analysis can't see what it should, in words; says nothing about the release. */
  | { readonly type: 'diagnosis'; readonly message: string }
  | ({ readonly type: 'verdict' } & Verdict)
);

/** An event and when it happened. */
export type TimedEvent = RehearsalEvent & {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds since the release started; absent before. */
  readonly sinceRelease?: number;
};

/** Leaves out the release, which a rehearsal adds itself. */
export type EventBody = RehearsalEvent extends infer E
  ? E extends RehearsalEvent
    ? Omit<E, 'release'>
    : never
  : never;
