import { leastDwell } from './exact/dwell.ts';
import { gateHandover, watchTest } from './exact/watch-walk.ts';
import type { Objective, ServiceLevel } from './objective.ts';
import { answersPerLook, errorRatesOfTests, gateTest } from './release-tests.ts';

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
  const looks = Math.max(...level.objectives.map((objective) => dwellLooks(objective, level)));
  return looks * level.promise.lookIntervalMs;
}

function dwellLooks(objective: Objective, level: ServiceLevel): number {
  const { promise, traffic } = level;
  const [, ...later] = traffic.weights;
  const perLook = (traffic.pingsPerSecond * promise.lookIntervalMs) / 1000;
  const run = {
    test: gateTest(objective, level),
    arrivals: { kind: 'fixed', perLook: answersPerLook(level) },
    looks: promise.budgetMs / promise.lookIntervalMs,
  } as const;
  const dwell = leastDwell({
    test: watchTest(objective, errorRatesOfTests(level).alpha),
    answersPerLook: later.map((weight) => (perLook * weight) / 100),
    refused: objective.refused,
    caught: caughtAtLeast,
    start: gateHandover(run, objective.acceptable),
    mostLooks,
  });
  if (dwell !== undefined) return dwell.looksPerWeight;
  throw new RangeError(
    `${objective.name}: no dwell up to ${mostLooks} looks catches a share of ${objective.refused} with ${caughtAtLeast}; raise the traffic or the refused share`,
  );
}
