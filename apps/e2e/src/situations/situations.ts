import type { TimelineCommand } from '@observed-rollouts/contract';
import type { Rollout } from '../rollout.ts';

/** What somebody or something does to a release under way. */
export type Move =
  { readonly command: 'release'; readonly release: string } | { readonly command: Exclude<TimelineCommand, 'release'> };

/** One thing to do, as soon as the Rollout is where it has to be. */
export interface Turn {
  readonly when: (rollout: Rollout) => boolean;
  readonly move: Move;
}

/** A course of events that no release file holds: what people and machines do to a release. */
export interface Situation {
  readonly description: string;
  /** A release file whose stable version and traffic the situation starts from. */
  readonly from?: string;
  readonly turns: readonly Turn[];
  /** When it is over. */
  readonly until: (rollout: Rollout) => boolean;
}

/** Names the version that is stable when a situation starts, among the releases. */
export const stableVersion = 'stable';

const always = () => true;
const seen = ({ metadata, status }: Rollout) => Number(status?.observedGeneration ?? 0) >= metadata.generation;
const atStep =
  (step: number, pause?: string) =>
  (rollout: Rollout): boolean =>
    seen(rollout) &&
    rollout.status?.currentStepIndex === step &&
    !rollout.status.abort &&
    (pause === undefined || (rollout.status.pauseConditions ?? []).some(({ reason }) => reason === pause));
const aborted = (rollout: Rollout) =>
  seen(rollout) && rollout.status?.abort === true && (rollout.status.updatedReplicas ?? 0) === 0;
const healthy = (rollout: Rollout) => seen(rollout) && rollout.status?.phase === 'Healthy';
const inconclusive = (rollout: Rollout) =>
  (rollout.status?.pauseConditions ?? []).some(({ reason }) => reason === 'InconclusiveAnalysisRun');
/** In whichever way: the controller decides it. */
const over = (rollout: Rollout) => aborted(rollout) || healthy(rollout) || inconclusive(rollout);

export const situations: Readonly<Record<string, Situation>> = {
  'initial-deploy': {
    description: 'the Rollout is created where there was none',
    turns: [{ when: always, move: { command: 'deploy' } }],
    until: healthy,
  },
  'retried-abort': {
    description: 'a release is aborted, tried again, and aborted again',
    turns: [
      { when: always, move: { command: 'release', release: 'errors' } },
      { when: aborted, move: { command: 'retry' } },
    ],
    until: aborted,
  },
  'release-over-release': {
    description: 'a second release is made while the first one is at 40 %; it is as bad as can be',
    turns: [
      { when: always, move: { command: 'release', release: 'best' } },
      { when: atStep(3, 'CanaryPauseStep'), move: { command: 'release', release: 'errors' } },
    ],
    until: aborted,
  },
  'back-to-stable': {
    description: 'the stable version is released again while the new one is at 40 %',
    turns: [
      { when: always, move: { command: 'release', release: 'best' } },
      { when: atStep(3, 'CanaryPauseStep'), move: { command: 'release', release: stableVersion } },
    ],
    until: healthy,
  },
  'deleted-pod': {
    description: 'a pod of the new version is deleted while that is at 40 %',
    turns: [
      { when: always, move: { command: 'release', release: 'best' } },
      { when: atStep(3, 'CanaryPauseStep'), move: { command: 'deletePod' } },
    ],
    until: over,
  },
  'restarted-container': {
    description: 'a container of the new version ends and is started again while that is at 40 %',
    turns: [
      { when: always, move: { command: 'release', release: 'best' } },
      { when: atStep(3, 'CanaryPauseStep'), move: { command: 'killContainer' } },
    ],
    until: over,
  },
  'promoted-pause': {
    description: 'a release whose background analysis was inconclusive is promoted by hand, and pauses again at once',
    from: 'no-traffic',
    turns: [
      { when: always, move: { command: 'release', release: 'no-traffic' } },
      { when: inconclusive, move: { command: 'promote' } },
    ],
    until: inconclusive,
  },
  'promoted-in-full': {
    description: 'a release is promoted by hand in the middle of its first analysis, all remaining steps at once',
    turns: [
      { when: always, move: { command: 'release', release: 'best' } },
      { when: atStep(1), move: { command: 'promoteFull' } },
    ],
    until: healthy,
  },
  'prometheus-stopped': {
    description: 'Prometheus stops during the first analysis and comes back later',
    turns: [
      { when: always, move: { command: 'release', release: 'best' } },
      { when: atStep(1), move: { command: 'stopPrometheus' } },
      { when: after(30_000), move: { command: 'startPrometheus' } },
    ],
    until: over,
  },
};

/** Holds from some milliseconds after it was first asked. */
function after(milliseconds: number): () => boolean {
  let since: number | undefined;
  return () => Date.now() >= (since ??= Date.now()) + milliseconds;
}
