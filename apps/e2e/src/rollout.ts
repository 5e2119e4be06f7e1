import type { PodTemplate, ReleaseEnd } from '@observed-rollouts/contract';

/** The part of a Rollout that a release is played and followed by. */
export interface Rollout {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly generation: number };
  readonly spec: { readonly replicas: number; readonly template: PodTemplate };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly currentPodHash?: string;
    readonly stableRS?: string;
    readonly currentStepIndex?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    /** Generation that the controller has seen, as a text. */
    readonly observedGeneration?: string;
    readonly pauseConditions?: readonly { readonly reason: string }[];
  };
}

/** One measurement of one metric of an AnalysisRun. */
export interface Measurement {
  readonly phase: string;
  readonly value?: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** What an AnalysisRun has found of one metric; a count that is 0 is left out. */
export interface MetricResult {
  readonly name: string;
  readonly phase: string;
  /** Which limit ended it. */
  readonly message?: string;
  /** The last ten. */
  readonly measurements?: readonly Measurement[];
  /** Measurements that weren't errors. */
  readonly count?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly error?: number;
  readonly consecutiveError?: number;
  readonly consecutiveSuccess?: number;
}

export interface AnalysisRun {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly metrics?: readonly Readonly<Record<string, unknown>>[] };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly metricResults?: readonly MetricResult[];
  };
}

/** Whether the controller has seen the newest spec; before, the status speaks of an older one. */
export function isObserved({ metadata, status }: Rollout): boolean {
  return Number(status?.observedGeneration ?? 0) >= metadata.generation;
}

/** Serves one version on all replicas and nothing is under way. */
export function isSettled(rollout: Rollout): boolean {
  const { phase, stableRS, currentPodHash } = rollout.status ?? {};
  return isObserved(rollout) && phase === 'Healthy' && stableRS !== undefined && stableRS === currentPodHash;
}

/**
 * How a release has ended; `undefined` while it is under way.
 *
 * An aborted release has ended when its last pod is gone, a paused one when the controller waits because an analysis was inconclusive.
 */
export function releaseEnd(rollout: Rollout, stableHash: string): ReleaseEnd | undefined {
  const { abort, updatedReplicas = 0, currentPodHash, pauseConditions = [] } = rollout.status ?? {};
  if (!isObserved(rollout) || currentPodHash === stableHash) return undefined;
  if (abort) return updatedReplicas === 0 ? 'aborted' : undefined;
  if (isSettled(rollout)) return 'promoted';
  return pauseConditions.some(({ reason }) => reason === 'InconclusiveAnalysisRun') ? 'paused' : undefined;
}

/** One line that says where a release stands. */
export function describeRollout({ status = {}, spec }: Rollout): string {
  const {
    phase = 'Unknown',
    abort,
    currentStepIndex,
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
  } = status;
  const step = currentStepIndex === undefined ? '' : `, step ${currentStepIndex}`;
  const state = abort ? `${phase} (aborted)` : phase;
  return `${state}${step}: ${updatedReplicas} new of ${replicas} pods, ${availableReplicas} available, ${spec.replicas} wanted`;
}

/** A measurement in words; `id` tells it apart from every other of its run, also from one that read the same. */
export interface Reading {
  readonly id: string;
  readonly text: string;
}

/** Every measurement of a run, metric by metric, each metric's in order. */
export function readings({ metadata, status }: AnalysisRun): Reading[] {
  return (status?.metricResults ?? []).flatMap(({ name, measurements = [] }) =>
    measurements.map(({ phase, value, message }, index) => ({
      id: `${metadata.name}/${name}/${index}`,
      text: `${name} read ${value ?? message ?? 'nothing'}: ${phase}`,
    })),
  );
}
