import type { AnalysisPhase } from '../analysis/metric.ts';
import type { ReplicaSetStatus } from './replica-counts.ts';

export type PauseReason = 'CanaryPauseStep' | 'InconclusiveAnalysisRun';

/** `status` of the Rollout: all that the controller remembers between two looks. Plain data, so that it can be stored. */
export interface RolloutState {
  /** Pod-template hash of the version that serves when nothing is released; absent before the first deploy. */
  readonly stableHash?: string;
  /** Pod-template hash of `spec.template`. */
  readonly latestHash: string;
  /** Counts releases, from 1; part of the names of analysis runs. */
  readonly revision: number;
  /** Index of the current step; the number of steps when all are done. */
  readonly stepIndex: number;
  /** `run`: name of the analysis run that is inconclusive; absent for a pause step. */
  readonly pause?: { readonly reason: PauseReason; readonly since: number; readonly run?: string };
  /** `run`: name of the analysis run that failed; absent when the progress deadline passed. */
  readonly abort?: { readonly message: string; readonly at: number; readonly run?: string };
  /** Names of the current analysis runs. */
  readonly stepRun?: string;
  readonly backgroundRun?: string;
  /** When something last moved, for the progress deadline. */
  readonly progress: { readonly signature: string; readonly at: number };
  /** The progress deadline passed and `progressDeadlineAbort` is off. */
  readonly stuck: boolean;
}

/** What the controller sees at one look. */
export interface Observation {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** By pod-template hash; an absent one has no pods. */
  readonly replicaSets: ReadonlyMap<string, ReplicaSetStatus>;
  /** By name of the run. */
  readonly runs: ReadonlyMap<string, { readonly phase: AnalysisPhase; readonly message?: string | undefined }>;
}

export type AnalysisKind = 'step' | 'background';

/** What the controller asks for. */
export type Action =
  | { readonly kind: 'scale'; readonly hash: string; readonly replicas: number }
  | { readonly kind: 'startAnalysis'; readonly analysis: AnalysisKind; readonly run: string }
  | { readonly kind: 'terminateAnalysis'; readonly run: string };

export interface Reconciliation {
  readonly state: RolloutState;
  readonly actions: readonly Action[];
}
