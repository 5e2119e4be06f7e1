import { concludesInTime, forecastGate } from './exact/forecast.ts';
import type { ServiceLevel } from './objective.ts';
import { errorRatesOfTests } from './release-tests.ts';

/** With more pods, the queries of one release take a quarter of a core of Prometheus and more (docs/performance.md). */
const mostPodsByCounters = 50;

/**
 * What is sound but will disappoint: objectives whose gate runs out of time at the declared traffic, and queries that read too many pods.
 *
 * Shape: one line each, with what to change; none per objective whose gate concludes with 99 %.
 */
export function releaseWarnings(level: ServiceLevel): string[] {
  return [...timeWarnings(level), ...queryWarnings(level)];
}

function queryWarnings({ traffic, countedFrom = 'counters' }: ServiceLevel): string[] {
  if (countedFrom === 'recordings' || traffic.replicas <= mostPodsByCounters) return [];
  return [
    `traffic: each look of a release reads the counters of ${traffic.replicas} pods at every look before it; ` +
      `set countedFrom to recordings, or look less often (promise.lookIntervalMs)`,
  ];
}

function timeWarnings(level: ServiceLevel): string[] {
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
