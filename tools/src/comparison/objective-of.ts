import type { Indicator, Objective, ServiceLevel } from '@observed-rollouts/slo';

/** The objective of a kind; the story has one of each. */
export function objectiveOf({ objectives }: ServiceLevel, kind: Indicator['kind']): Objective {
  const objective = objectives.find(({ indicator }) => indicator.kind === kind);
  if (objective === undefined) throw new Error(`comparison: the service level has no objective of kind ${kind}`);
  return objective;
}
