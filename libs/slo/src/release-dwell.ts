import { type Dwell, type DwellGoal, leastDwell, leastLooksPerWeight } from './exact/dwell.ts';
import { gateHandover, type Handover, watchTest } from './exact/watch-walk.ts';
import type { Objective, ServiceLevel } from './objective.ts';
import { errorRatesOfTests, gateRun, laterAnswersPerLook, numbersOf } from './release-tests.ts';

/** Longest dwell that is tried, in looks: an hour at a look per second. */
const mostLooks = 3600;

/** Least chance that the watch catches the refused share before the last weight ends. */
export const caughtAtLeast = 0.99;

/**
 * How long each later weight of a release lasts: as long as the watch needs to catch a refused share that shows only after the gate, no longer.
 *
 * Shape:  milliseconds per weight, the same for each; the longest that any objective needs.
 * Errors: a RangeError when no dwell up to an hour catches it: the traffic is too little for the promise.
 */
export function releaseDwellMs(level: ServiceLevel): number {
  const looks = Math.max(...level.objectives.map((objective) => looksPerWeight(objective, level)));
  return looks * level.promise.lookIntervalMs;
}

const computed = new Map<string, number>();

function looksPerWeight(objective: Objective, level: ServiceLevel): number {
  const key = numbersOf(objective, level);
  const looks = computed.get(key) ?? found(leastLooksPerWeight(goalOf(objective, level)), objective);
  computed.set(key, looks);
  return looks;
}

/**
 * The dwell that one objective needs.
 *
 * Errors: as {@link releaseDwellMs}.
 *
 * @param start what the counters hold at the first of the later weights; by default those of a release that met its objective in the gate.
 */
export function objectiveDwell(objective: Objective, level: ServiceLevel, start?: readonly Handover[]): Dwell {
  return found(leastDwell(goalOf(objective, level, start)), objective);
}

function goalOf(
  objective: Objective,
  level: ServiceLevel,
  start: readonly Handover[] = gateHandover(gateRun(objective, level, 'fixed'), objective.acceptable),
): DwellGoal {
  return {
    test: watchTest(objective, errorRatesOfTests(level).alpha),
    answersPerLook: laterAnswersPerLook(level),
    refused: objective.refused,
    caught: caughtAtLeast,
    start,
    mostLooks,
  };
}

function found<T>(value: T | undefined, { name, refused }: Objective): T {
  if (value !== undefined) return value;
  throw new RangeError(
    `${name}: no dwell up to ${mostLooks} looks catches a share of ${refused} with ${caughtAtLeast}; raise the traffic or the refused share`,
  );
}
