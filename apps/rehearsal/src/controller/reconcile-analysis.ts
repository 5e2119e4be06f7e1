import type { Rollout } from './rollout.ts';
import type { Action, AnalysisKind, Observation, Reconciliation, RolloutState } from './state.ts';

type RunField = 'stepRun' | 'backgroundRun';

const fieldOf: Readonly<Record<AnalysisKind, RunField>> = { step: 'stepRun', background: 'backgroundRun' };
const failureWords: Readonly<Record<AnalysisKind, string>> = {
  step: 'Step-based analysis phase error/failed',
  background: 'Background analysis phase error/failed',
};

/**
 * Starts the analysis runs that the current step asks for and takes in what the current ones have found.
 *
 * Edge: nothing is analysed on the first deploy or after an abort, and what still runs is terminated; a background run that is complete isn't started again;
 *       while paused as inconclusive, no new run starts.
 */
export function reconcileAnalysis(rollout: Rollout, state: RolloutState, observation: Observation): Reconciliation {
  const released = state.stableHash !== undefined && state.stableHash !== state.latestHash;
  if (!released || state.abort) return terminateAll(state);
  const step = rollout.steps[state.stepIndex];
  const background = rollout.background;
  const afterStep = advance('step', step?.analysis !== undefined, rollout, state, observation);
  const wantsBackground = background !== undefined && state.stepIndex >= background.startingStep;
  const afterBackground = advance('background', wantsBackground, rollout, afterStep.state, observation);
  return { state: afterBackground.state, actions: [...afterStep.actions, ...afterBackground.actions] };
}

function advance(
  kind: AnalysisKind,
  wanted: boolean,
  rollout: Rollout,
  state: RolloutState,
  { runs, now }: Observation,
): Reconciliation {
  const name = state[fieldOf[kind]];
  if (!wanted) return name === undefined ? { state, actions: [] } : terminate(state, kind, name);
  if (state.pause?.reason === 'InconclusiveAnalysisRun') return { state, actions: [] };
  if (name === undefined) return start(state, kind, unused(runName(rollout, state, kind), runs));
  const run = runs.get(name);
  if (run?.phase === 'Inconclusive') {
    return { state: { ...state, pause: { reason: 'InconclusiveAnalysisRun', since: now, run: name } }, actions: [] };
  }
  if ((run?.phase === 'Failed' || run?.phase === 'Error') && !state.abort) {
    const message = [failureWords[kind], run.message].filter((part) => part !== undefined).join(': ');
    return { state: { ...state, abort: { message, at: now, run: name } }, actions: [] };
  }
  return { state, actions: [] };
}

/** `<rollout>-<hash>-<revision>` and, for a step, its index. */
function runName({ name }: Rollout, { latestHash, revision, stepIndex }: RolloutState, kind: AnalysisKind): string {
  const base = `${name}-${latestHash}-${revision}`;
  return kind === 'step' ? `${base}-${stepIndex}` : base;
}

/** A retried release, or one that went on after a pause, has runs of the same names already: `.1`, `.2`, … tell theirs apart. */
function unused(base: string, runs: Observation['runs']): string {
  let name = base;
  for (let collisions = 1; runs.has(name); collisions++) name = `${base}.${collisions}`;
  return name;
}

function start(state: RolloutState, analysis: AnalysisKind, run: string): Reconciliation {
  return { state: { ...state, [fieldOf[analysis]]: run }, actions: [{ kind: 'startAnalysis', analysis, run }] };
}

function terminate(state: RolloutState, kind: AnalysisKind, run: string): Reconciliation {
  const { [fieldOf[kind]]: _ended, ...rest } = state;
  return { state: rest as RolloutState, actions: [{ kind: 'terminateAnalysis', run }] };
}

function terminateAll(state: RolloutState): Reconciliation {
  const { stepRun, backgroundRun, ...rest } = state;
  const runs = [stepRun, backgroundRun].filter((run) => run !== undefined);
  return { state: rest, actions: runs.map((run): Action => ({ kind: 'terminateAnalysis', run })) };
}
