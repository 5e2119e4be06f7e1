import { expectations } from '@observed-rollouts/contract';
import type { ReplicaSetStatus } from './replica-counts.ts';
import type { Rollout } from './rollout.ts';
import type { RolloutState } from './state.ts';

/** How a release can end: `waiting` is undecided when its time is up, `stuck` a progress deadline that passed without abort. */
export const outcomes = [...expectations, 'stuck'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * How the release has ended; `undefined` while it still moves.
 *
 * Edge: an abort has ended when stable is back at all its pods and the canary has none; a promotion when the old version has none;
 *       a pause when only a person can end it.
 */
export function outcomeOf(
  rollout: Rollout,
  state: RolloutState,
  replicaSets: ReadonlyMap<string, ReplicaSetStatus>,
): Outcome | undefined {
  const { stableHash, latestHash, abort, pause, stuck } = state;
  // A release has ended only when its analysis has been told so: a background run goes on until then.
  const analysed = state.stepRun === undefined && state.backgroundRun === undefined;
  const total = rollout.limits.replicas;
  const only = (hash: string | undefined) =>
    [...replicaSets].every(([other, { desired, created, available }]) =>
      other === hash ? desired === total && available === total : desired === 0 && created === 0,
    );
  if (stableHash === latestHash) return analysed && only(latestHash) ? 'promoted' : undefined;
  if (abort) return analysed && only(stableHash) ? 'aborted' : undefined;
  if (stuck) return 'stuck';
  if (pause?.reason === 'InconclusiveAnalysisRun') return 'paused';
  const step = rollout.steps[state.stepIndex];
  return pause && step?.pause && step.pause.duration === undefined ? 'paused' : undefined;
}
