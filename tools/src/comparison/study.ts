import { pingServiceLevel, type ServiceLevel } from '@observed-rollouts/slo';
import { storyGates, type StoryGate } from '../story-gates.ts';
import { type Cell, compare, type Comparison, type Sample } from './compare.ts';
import { type GateRelease, storyRelease } from './gate-rule.ts';
import { objectiveOf } from './objective-of.ts';
import type { Rule } from './rollout.ts';
import { rulesOf } from './rules.ts';
import { constantErrors, sharesOf, type Situation, type Situations, situationsOf } from './situation.ts';
import { declaredBehaviour } from './story-behaviour.ts';

/** A point of the plot: what each rule, in its order, does with releases of one true share of failures. */
export interface CurvePoint {
  readonly share: number;
  readonly cells: readonly Cell[];
}

/** Everything that the page is written from. */
export interface Study {
  readonly level: ServiceLevel;
  readonly gates: readonly StoryGate[];
  readonly release: GateRelease;
  /** This project's gate first. */
  readonly rules: readonly Rule[];
  readonly situations: Situations;
  readonly comparison: Comparison;
  readonly curve: readonly CurvePoint[];
  readonly sample: Sample;
}

/** Ends at twice the refused share of the story; finer where the rules part. */
const plotShares = [
  0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.11, 0.12, 0.13, 0.15, 0.18, 0.2, 0.22, 0.25, 0.28, 0.31,
  0.35, 0.4,
];

/** Judges all releases of the page and of its plot. */
export function playStudy(sample: Sample, level = pingServiceLevel): Study {
  const gates = storyGates(level);
  const release = storyRelease(gates, level);
  const rules = rulesOf(release, level);
  const bound = boundSeconds(level);
  const initial = declaredBehaviour(bound);
  const behaviours = { initial, slow: declaredBehaviour(bound, 'slow'), best: declaredBehaviour(bound, 'best') };
  const situations = situationsOf(level, behaviours);
  const error = objectiveOf(level, 'availability');
  const onCurve = plotShares.map((share) => ({ share, situation: constantErrors(share, sharesOf(initial), error) }));
  const known = allOf(situations);
  const missing = onCurve.filter(({ situation }) => !known.some(({ name }) => name === situation.name));
  const comparison = compare([...known, ...missing.map(({ situation }) => situation)], rules, level, sample);
  const byName = new Map([...comparison].map(([{ name }, cells]) => [name, cells]));
  return {
    level,
    gates,
    release,
    rules,
    situations,
    comparison,
    curve: onCurve.map(({ share, situation }) => ({ share, cells: byName.get(situation.name) as readonly Cell[] })),
    sample,
  };
}

export function allOf({ errors, latency, trouble }: Situations): Situation[] {
  return [...errors, ...latency, ...trouble];
}

function boundSeconds(level: ServiceLevel): number {
  const { indicator } = objectiveOf(level, 'latency');
  return indicator.kind === 'latency' ? indicator.boundSeconds : Infinity;
}

/** A situation's cells, in the order of the rules. */
export function cellsOf({ comparison }: Study, situation: Situation): readonly Cell[] {
  const cells = comparison.get(situation);
  if (cells === undefined) throw new Error(`comparison: ${situation.name} was not played`);
  return cells;
}
