import { concludesInTime, forecastGate } from './exact/forecast.ts';
import type { ServiceLevel } from './objective.ts';
import { errorRatesOfTests } from './release-tests.ts';

/**
 * What is sound but will disappoint: objectives whose gate runs out of time at the declared traffic.
 *
 * Shape: one line per objective, each with what to change; empty when every gate concludes with 99 %.
 */
export function releaseWarnings(level: ServiceLevel): string[] {
  const { promise, traffic } = level;
  const answersPerSecond = (traffic.pingsPerSecond * traffic.weights[0]) / 100;
  return level.objectives.flatMap((objective) => {
    const forecast = forecastGate({
      objective,
      rates: errorRatesOfTests(level),
      answersPerSecond,
      lookIntervalMs: promise.lookIntervalMs,
      budgetMs: promise.budgetMs,
    });
    if (concludesInTime(forecast)) return [];
    const outOfTime = Math.max(forecast.good.outOfTime, forecast.bad.outOfTime);
    return [
      `${objective.name}: ${(outOfTime * 100).toFixed(1)} % of the releases get no verdict within ${promise.budgetMs / 1000} s at ` +
        `${answersPerSecond} answers per second and pause; raise the first weight, the rate, the refused share or the budget (npm run plan shows what each brings)`,
    ];
  });
}
