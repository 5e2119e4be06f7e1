import { InputError } from '@observed-rollouts/command-line';
import { readWith } from '../input/validation.ts';
import { type Manifests, whereIs } from '../manifests/manifests.ts';
import type { ReplicaLimits } from './replica-counts.ts';
import { type AnalysisReference, type CanaryStep, type PodTemplate, rolloutSpecSchema } from './rollout-schema.ts';

/** A Rollout as it stands in the manifests, defaults resolved. */
export interface Rollout {
  readonly name: string;
  readonly namespace: string;
  /** The whole object, for arguments that refer to its fields. */
  readonly object: unknown;
  readonly template: PodTemplate;
  readonly limits: ReplicaLimits;
  readonly steps: readonly CanaryStep[];
  readonly background?: AnalysisReference & { readonly startingStep: number };
  readonly minReadyMs: number;
  readonly progressDeadlineMs: number;
  readonly progressDeadlineAbort: boolean;
}

const defaultProgressDeadlineSeconds = 600;
/** Argo Rollouts' own default is the text "25", which it reads as 25 %. */
const defaultFencepost = '25';

/** Errors: {@link InputError} when it is missing or has a field that the rehearsal doesn't emulate. */
export function readRollout(manifests: Manifests, name: string): Rollout {
  const found = manifests.get('Rollout', name);
  const where = whereIs(found);
  const spec = readWith(rolloutSpecSchema, found.object['spec'], `${where}: spec`);
  const { canary } = spec.strategy;
  const { minReadySeconds = 0, progressDeadlineSeconds = defaultProgressDeadlineSeconds } = spec;
  if (minReadySeconds >= progressDeadlineSeconds) {
    throw new InputError([
      `${where}: spec.minReadySeconds: got ${minReadySeconds}, expected less than progressDeadlineSeconds, which is ${progressDeadlineSeconds}`,
    ]);
  }
  return {
    name,
    namespace: found.object.metadata.namespace ?? 'default',
    object: found.object,
    template: spec.template,
    limits: { replicas: spec.replicas, ...fenceposts(spec.replicas, canary, where) },
    steps: canary.steps ?? [],
    ...(canary.analysis ? { background: { ...canary.analysis, startingStep: canary.analysis.startingStep ?? 0 } } : {}),
    minReadyMs: minReadySeconds * 1000,
    progressDeadlineMs: progressDeadlineSeconds * 1000,
    progressDeadlineAbort: spec.progressDeadlineAbort ?? false,
  };
}

interface Fenceposts {
  readonly maxSurge?: number | string | undefined;
  readonly maxUnavailable?: number | string | undefined;
}

/**
 * Resolves `maxSurge` (rounded up) and `maxUnavailable` (rounded down).
 *
 * Edge:   every text is a percentage, `"1"` too; both 0 after rounding make `maxUnavailable` 1.
 * Errors: {@link InputError} when both are declared as 0: no pod could ever be replaced.
 */
function fenceposts(replicas: number, declared: Fenceposts, where: string): Omit<ReplicaLimits, 'replicas'> {
  const { maxSurge = defaultFencepost, maxUnavailable = defaultFencepost } = declared;
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    throw new InputError([
      `${where}: spec.strategy.canary: maxSurge and maxUnavailable are both 0, expected one of at least 1`,
    ]);
  }
  const surge = resolve(maxSurge, replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, replicas, Math.floor);
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas) };
}

function isZero(value: number | string): boolean {
  return Number.parseInt(`${value}`, 10) === 0;
}

function resolve(value: number | string, replicas: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) * replicas) / 100);
}
