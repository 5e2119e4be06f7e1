import type { Bound } from '../analysis/expression/bounds.ts';
import type { AnalysisPhase, MeasurementPhase } from '../analysis/metric.ts';
import type { PodPhase } from '../cluster/pod.ts';
import type { ReplicaSetStatus } from '../controller/replica-counts.ts';
import type { AnalysisKind } from '../controller/state.ts';
import type { Verdict } from './verdict.ts';

/** Which version a pod belongs to: the one that served before, the one that is released, or neither. */
export type PodRole = 'stable' | 'canary' | 'pinger';

/** A metric of an analysis run and the numbers that its conditions compare with, where they are of that form. */
export interface MetricBounds {
  readonly name: string;
  readonly success?: Bound;
  readonly failure?: Bound;
}

/** What happens in a rehearsal, as all views see it; one JSON line each with `--json`. */
export type RehearsalEvent = { readonly release: string } & (
  | { readonly type: 'started'; readonly description: string; readonly expect: string; readonly seed: number }
  | {
      readonly type: 'pod';
      readonly pod: string;
      readonly role: PodRole;
      readonly hash?: string;
      readonly phase: PodPhase;
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
