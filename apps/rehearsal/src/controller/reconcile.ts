import { isCompleted } from '../analysis/metric.ts';
import { reconcileAnalysis } from './reconcile-analysis.ts';
import { type ReplicaCounts, type ReplicaSetStatus, nextCounts } from './replica-counts.ts';
import type { Rollout } from './rollout.ts';
import type { CanaryStep } from './rollout-schema.ts';
import type { Action, Observation, Reconciliation, RolloutState } from './state.ts';

const none: ReplicaSetStatus = { desired: 0, created: 0, available: 0 };

/** The state after `spec.template` was set to a version: the first one ever, or a new one while another is stable. */
export function release(latestHash: string, now: number, previous?: RolloutState): RolloutState {
  return {
    ...(previous?.stableHash === undefined ? {} : { stableHash: previous.stableHash }),
    latestHash,
    revision: (previous?.revision ?? 0) + 1,
    stepIndex: 0,
    progress: { signature: '', at: now },
    stuck: false,
  };
}

/**
 * The state after `kubectl argo rollouts retry`: an aborted release starts again at its first step, with new analysis runs.
 *
 * Edge: a release that isn't aborted stays as it is.
 */
export function retry(state: RolloutState, now: number): RolloutState {
  const { abort, ...rest } = state;
  return abort ? { ...rest, stepIndex: 0, progress: { signature: '', at: now }, stuck: false } : state;
}

/**
 * One look of the controller at a canary Rollout without traffic router: what Argo Rollouts 1.9.1 would do.
 *
 * Pure: the same rollout, state and observation give the same answer. The order is the controller's: analysis, then replicas (at
 * most one ReplicaSet per look), then pauses, then the status. An abort or a promotion changes the replicas on the next look.
 */
export function reconcile(rollout: Rollout, state: RolloutState, observation: Observation): Reconciliation {
  const analysis = reconcileAnalysis(rollout, state, observation);
  const pausedByAnalysis = analysis.state.pause?.reason === 'InconclusiveAnalysisRun';
  if (pausedByAnalysis) return analysis;
  const scaling = scale(rollout, state, observation);
  const next = syncStatus(rollout, analysis.state, observation, scaling !== undefined);
  return { state: next, actions: scaling ? [...analysis.actions, scaling] : analysis.actions };
}

/** The weight that the steps so far ask for: the last `setWeight`, 0 before the first one and after an abort, 100 after the last step. */
export function currentWeight(
  steps: readonly CanaryStep[],
  { stepIndex, abort }: Pick<RolloutState, 'stepIndex' | 'abort'>,
): number {
  if (abort) return 0;
  if (stepIndex >= steps.length) return 100;
  return steps.slice(0, stepIndex + 1).findLast((step) => step.setWeight !== undefined)?.setWeight ?? 0;
}

function scale(rollout: Rollout, state: RolloutState, { replicaSets }: Observation): Action | undefined {
  const { stableHash, latestHash } = state;
  const wanted = wantedCounts(rollout, state, replicaSets);
  if (stableHash !== undefined && stableHash !== latestHash) {
    const stable = replicaSets.get(stableHash) ?? none;
    if (stable.desired !== wanted.stable) return { kind: 'scale', hash: stableHash, replicas: wanted.stable };
  }
  const latest = replicaSets.get(latestHash) ?? none;
  if (latest.desired !== wanted.canary) return { kind: 'scale', hash: latestHash, replicas: wanted.canary };
  return scaleDownOlder(rollout, state, replicaSets);
}

function wantedCounts(rollout: Rollout, state: RolloutState, replicaSets: Observation['replicaSets']): ReplicaCounts {
  const { stableHash, latestHash } = state;
  const canary = replicaSets.get(latestHash) ?? none;
  const older = olderSets(state, replicaSets).reduce((sum, [, { desired }]) => sum + desired, 0);
  // Without a stable version, or once the latest is stable, steps don't matter: all pods of the latest version.
  const single = stableHash === undefined || stableHash === latestHash;
  const stable = single ? none : (replicaSets.get(stableHash) ?? none);
  const weight = single ? 100 : currentWeight(rollout.steps, state);
  return nextCounts(rollout.limits, weight, { canary, stable }, older);
}

function olderSets({ stableHash, latestHash }: RolloutState, replicaSets: Observation['replicaSets']) {
  return [...replicaSets].filter(([hash]) => hash !== stableHash && hash !== latestHash);
}

function scaleDownOlder(
  { limits }: Rollout,
  state: RolloutState,
  replicaSets: Observation['replicaSets'],
): Action | undefined {
  const available = [...replicaSets.values()].reduce((sum, set) => sum + set.available, 0);
  const spare = available - (limits.replicas - limits.maxUnavailable);
  const [older] = olderSets(state, replicaSets).filter(([, { desired }]) => desired > 0);
  if (!older || spare <= 0) return undefined;
  const [hash, { desired }] = older;
  return { kind: 'scale', hash, replicas: Math.max(0, desired - spare) };
}

function syncStatus(rollout: Rollout, state: RolloutState, observation: Observation, scaled: boolean): RolloutState {
  if (state.abort)
    return withoutPause({ ...state, stepIndex: state.stableHash === state.latestHash ? rollout.steps.length : 0 });
  const promoted = promote(rollout, state, observation);
  if (promoted) return promoted;
  // The stable version again, in the middle of another release: no step is left to take.
  if (state.stableHash === state.latestHash && state.stepIndex < rollout.steps.length)
    return withoutPause({ ...state, stepIndex: rollout.steps.length });
  const paused = startPause(rollout, state, observation.now);
  const advanced = !scaled && isStepComplete(rollout, paused, observation) ? nextStep(paused) : paused;
  return checkDeadline(rollout, advanced, observation);
}

function promote(rollout: Rollout, state: RolloutState, { replicaSets, now }: Observation): RolloutState | undefined {
  const { stableHash, latestHash } = state;
  if (stableHash === latestHash) return undefined;
  const latest = replicaSets.get(latestHash) ?? none;
  const complete = state.stepIndex >= rollout.steps.length && latest.available >= rollout.limits.replicas;
  if (stableHash !== undefined && !complete) return undefined;
  const progress = { ...state.progress, at: now };
  return withoutPause({ ...state, stableHash: latestHash, stepIndex: rollout.steps.length, progress });
}

function startPause({ steps }: Rollout, state: RolloutState, now: number): RolloutState {
  const step = steps[state.stepIndex];
  if (!step?.pause || state.pause) return state;
  return { ...state, pause: { reason: 'CanaryPauseStep', since: now } };
}

function isStepComplete(rollout: Rollout, state: RolloutState, observation: Observation): boolean {
  const step = rollout.steps[state.stepIndex];
  if (!step || state.stableHash === state.latestHash) return false;
  if (step.pause) return isPauseOver(step.pause, state, observation.now);
  if (step.analysis) return state.stepRun !== undefined && observation.runs.get(state.stepRun)?.phase === 'Successful';
  return isAtDesiredCounts(rollout, state, observation.replicaSets);
}

function isPauseOver(pause: NonNullable<CanaryStep['pause']>, state: RolloutState, now: number): boolean {
  return pause.duration !== undefined && state.pause !== undefined && now >= state.pause.since + pause.duration;
}

/** `setWeight` is complete when the canary's pods are available, stable's have been created, and older ones are gone. */
function isAtDesiredCounts(rollout: Rollout, state: RolloutState, replicaSets: Observation['replicaSets']): boolean {
  const wanted = wantedCounts(rollout, state, replicaSets);
  const canary = replicaSets.get(state.latestHash) ?? none;
  const stable = replicaSets.get(state.stableHash as string) ?? none;
  if (wanted.canary !== canary.desired || wanted.canary !== canary.available) return false;
  if (wanted.stable !== stable.desired || wanted.stable !== stable.created) return false;
  return olderSets(state, replicaSets).every(([, { available }]) => available === 0);
}

function nextStep(state: RolloutState): RolloutState {
  const { stepRun: _finished, ...rest } = withoutPause(state);
  return { ...rest, stepIndex: state.stepIndex + 1 };
}

function withoutPause(state: RolloutState): RolloutState {
  const { pause: _over, ...rest } = state;
  return rest;
}

/** The deadline counts only while pods are what the release waits for. */
function checkDeadline(rollout: Rollout, state: RolloutState, { now, replicaSets, runs }: Observation): RolloutState {
  const step = rollout.steps[state.stepIndex];
  const running = state.stepRun !== undefined && !isCompleted(runs.get(state.stepRun)?.phase ?? 'Pending');
  const signature = JSON.stringify([state.stepIndex, [...replicaSets]]);
  const waitsForPods = !step?.pause && !step?.analysis && !running && !isHealthy(rollout, state, replicaSets);
  if (signature !== state.progress.signature || !waitsForPods)
    return { ...state, progress: { signature, at: now }, stuck: false };
  if (now < state.progress.at + rollout.progressDeadlineMs) return state;
  if (!rollout.progressDeadlineAbort) return { ...state, stuck: true };
  return {
    ...state,
    abort: { message: `the release made no progress for ${rollout.progressDeadlineMs / 1000} s`, at: now },
  };
}

function isHealthy(
  { limits }: Rollout,
  { stableHash, latestHash }: RolloutState,
  replicaSets: Observation['replicaSets'],
): boolean {
  return stableHash === latestHash && (replicaSets.get(latestHash) ?? none).available >= limits.replicas;
}
