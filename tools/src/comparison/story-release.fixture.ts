import { type Indicator, pingServiceLevel } from '@observed-rollouts/slo';
import { storyGates, type StoryGate } from '../story-gates.ts';
import { type Cell, compare } from './compare.ts';
import type { Rule } from './rollout.ts';
import type { Situation, VersionShares } from './situation.ts';

/** Everything succeeds at once. */
export const perfect: VersionShares = { failed: () => 0, slow: () => 0 };

/** The stable version of the story, for tests that don't read the manifests. */
export const stable: VersionShares = { failed: () => 0.05, slow: () => 0 };

/** A canary with constant shares beside the story's stable version. */
export function releaseWith(failed: number, change: Partial<Situation> = {}): Situation {
  return {
    name: `${failed} fail`,
    right: [],
    harm: 'availability',
    canary: { ...stable, failed: () => failed },
    stable,
    traffic: 'all',
    burst: 1,
    ...change,
  };
}

/** What one rule does with releases of one situation. */
export function judged(rule: Rule, situation: Situation, releases: number, seed = 1): Cell {
  const [cell] = compare([situation], [rule], pingServiceLevel, { releases, seed }).get(situation) ?? [];
  if (cell === undefined) throw new Error('judged: got no cell');
  return cell;
}

/** The story's gate of one objective. */
export function gateOf(kind: Indicator['kind']): StoryGate {
  const gate = storyGates().find(({ objective }) => objective.indicator.kind === kind);
  if (gate === undefined) throw new Error(`gate: got no objective of kind ${kind}`);
  return gate;
}
