import {
  calibratedTest,
  errorRatesOfTests,
  answersPerLook,
  operatingCurve,
  pingServiceLevel,
} from '@observed-rollouts/slo';

/** Milliseconds. */
export interface GateTimes {
  readonly boundsMs: number;
  readonly curveMs: number;
}

/** Points of the plot in docs/operating-curve.md. */
const points = 49;

/** Times the arithmetic of one objective of the story: its bounds, and its curve with them. */
export function timedGate(name: string): GateTimes {
  const objective = pingServiceLevel.objectives.find((each) => each.name === name);
  if (objective === undefined) throw new Error(`gate: got objective ${name}, expected one of the story`);
  const { acceptable, refused } = objective;
  const { lookIntervalMs, budgetMs } = pingServiceLevel.promise;
  const looks = budgetMs / lookIntervalMs;
  const perLook = answersPerLook(pingServiceLevel);
  const start = performance.now();
  const { test } = calibratedTest({
    acceptable,
    refused,
    rates: errorRatesOfTests(pingServiceLevel),
    answersPerLook: perLook,
    looks,
  });
  const middle = performance.now();
  const shares = Array.from({ length: points }, (_, index) => (Math.min(1, 2 * refused) * index) / (points - 1));
  const curve = operatingCurve({ test, arrivals: { kind: 'poisson', perLook }, looks }, shares);
  const end = performance.now();
  if (curve.length !== points) throw new Error(`gate: got ${curve.length} points, expected ${points}`);
  return { boundsMs: middle - start, curveMs: end - middle };
}
