import type { Indicator, ServiceLevel, Shares } from '@observed-rollouts/slo';
import type { ReleaseEnd } from '@observed-rollouts/contract';
import { objectiveOf } from './objective-of.ts';
import type { Behaviour } from './story-behaviour.ts';

/** A share from 0 to 1 at a time, in seconds since the canary answers at the first weight. */
export type ShareAt = (second: number) => number;

/** How one version behaves; failures and slow answers are independent of each other. */
export interface VersionShares {
  readonly failed: ShareAt;
  /** Share of answers over the bound of the latency objective. */
  readonly slow: ShareAt;
}

/** A release to judge. */
export interface Situation {
  readonly name: string;
  /** The ends that the objectives call for; none between an acceptable and a refused share, where any end can be defended. */
  readonly right: readonly ReleaseEnd[];
  /** Whose bad answers are counted as the users' harm. */
  readonly harm: Indicator['kind'];
  readonly canary: VersionShares;
  readonly stable: VersionShares;
  /** From the release on: all pings, none at all, or none that the canary's metrics show. */
  readonly traffic: 'all' | 'none' | 'none to the canary';
  /** Failures in a row on a pod; 1: each answer fails on its own. */
  readonly burst: number;
  /** What makes it hard for this project's gate; said where another rule does better. */
  readonly weakness?: string;
}

/** Kinds of situations, in the order of the page. */
export interface Situations {
  /** Constant shares of failed answers, ascending. */
  readonly errors: readonly Situation[];
  readonly latency: readonly Situation[];
  readonly trouble: readonly Situation[];
}

const errorShares = [0, 0.01, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.35, 1];
/** An outage that both versions share, and the share that a slow ramp ends at. */
const outage = 0.35;
const rampSeconds = 300;
const burst = 10;

const always =
  (share: number): ShareAt =>
  () =>
    share;

/** What the story's stable version and its releases do, as the manifests declare it. */
export interface StoryBehaviours {
  readonly initial: Behaviour;
  readonly slow: Behaviour;
  readonly best: Behaviour;
}

/** All situations of the page. */
export function situationsOf(level: ServiceLevel, behaviours: StoryBehaviours): Situations {
  const stable = sharesOf(behaviours.initial);
  const error = objectiveOf(level, 'availability');
  const latency = objectiveOf(level, 'latency');
  const plain = { harm: 'availability', canary: stable, stable, traffic: 'all', burst: 1 } as const;
  const failing = (failed: ShareAt) => ({ ...plain, canary: { ...stable, failed } });
  const story = (name: keyof StoryBehaviours, right: ReleaseEnd): Situation => ({
    ...plain,
    harm: 'latency',
    name: `\`${name}\`: ${percentOf(behaviours[name].slow)} slow, ${percentOf(behaviours[name].failed)} fail`,
    right: [right],
    canary: sharesOf(behaviours[name]),
  });
  const slowAt = (share: number, what: string): Situation => ({
    ...plain,
    harm: 'latency',
    name: `${percentOf(share)} slow, ${what}`,
    right: endsFor(share, latency),
    ...(share >= latency.refused ? { weakness: promisedMiss } : {}),
    canary: { ...stable, slow: always(share) },
  });
  const inBursts = (share: number): Situation => ({
    ...failing(always(share)),
    name: `${percentOf(share)} fail, ${burst} in a row`,
    right: endsFor(share, error),
    burst,
    weakness:
      'Failures in a row are no independent evidence, and the gate takes them for it. It decides on few answers, so that one run of failures weighs more than in a ' +
      'longer average. The design effect of an objective stands for this: more answers, and so more time, for the same promise.',
  });
  const ramp: ShareAt = (second) =>
    error.acceptable + (outage - error.acceptable) * Math.min(1, Math.max(0, second / rampSeconds));
  const sharedOutage: ShareAt = (second) => (second < 0 ? behaviours.initial.failed : outage);
  return {
    errors: errorShares.map((share) => constantErrors(share, stable, error)),
    latency: [
      story('initial', 'promoted'),
      story('best', 'promoted'),
      slowAt(latency.acceptable, 'the objective'),
      slowAt(latency.refused, 'the refused share'),
      story('slow', 'aborted'),
    ],
    trouble: [
      inBursts(error.acceptable),
      inBursts(error.refused),
      {
        ...failing(ramp),
        name: `slow ramp: ${percentOf(error.acceptable)} to ${percentOf(outage)} within ${rampSeconds / 60} min`,
        right: ['aborted'],
        weakness:
          'The gate judges what it sees, and has decided before the share has risen. After it only the watch looks on, for as long as the later weights last; a rule that keeps ' +
          'a release waiting for minutes sees more of the ramp.',
      },
      {
        ...plain,
        name: `shared outage: both versions at ${percentOf(outage)} from the release on`,
        right: ['paused'],
        canary: { ...stable, failed: sharedOutage },
        stable: { ...stable, failed: sharedOutage },
      },
      { ...plain, name: 'no traffic at all from the release on', right: ['paused', 'aborted'], traffic: 'none' },
      {
        ...failing(always(outage)),
        name: `the canary fails ${percentOf(outage)}, its metrics are missing`,
        right: ['paused', 'aborted'],
        traffic: 'none to the canary',
      },
    ],
  };
}

/** A release with one constant share of failed answers, beside the story's stable version. */
export function constantErrors(share: number, stable: VersionShares, objective: Shares): Situation {
  return {
    name: `${percentOf(share)} fail`,
    right: endsFor(share, objective),
    ...(share >= objective.refused ? { weakness: promisedMiss } : {}),
    harm: 'availability',
    canary: { ...stable, failed: always(share) },
    stable,
    traffic: 'all',
    burst: 1,
  };
}

/** Said of releases that the gate has to refuse. */
const promisedMiss =
  'A chance to miss is what speed is paid with: a bad release that the gate promotes is within its promise, and a rule that looks for minutes has more answers to go by.';

function endsFor(share: number, { acceptable, refused }: Shares): ReleaseEnd[] {
  if (share <= acceptable) return ['promoted'];
  return share >= refused ? ['aborted'] : [];
}

export function sharesOf({ failed, slow }: Behaviour): VersionShares {
  return { failed: always(failed), slow: always(slow) };
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
