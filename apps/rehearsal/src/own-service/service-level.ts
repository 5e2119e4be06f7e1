import { type AnswerMetric, matcher, type Objective, objectiveNames, type ServiceLevel } from '@observed-rollouts/slo';
import type { ServiceFile } from './service-file-schema.ts';

/** The service level that a file declares; not checked. Buckets are unknown until the first scrape. */
export function readServiceLevel({ objectives, promise, rate, replicas, weights, ...file }: ServiceFile): ServiceLevel {
  const metric = readMetric(file);
  const { availability, latency } = objectives;
  return {
    objectives: [
      ...(availability ? [objective(objectiveNames.availability, { kind: 'availability', metric }, availability)] : []),
      ...(latency
        ? [objective(objectiveNames.latency, { kind: 'latency', boundSeconds: latency.bound / 1000, metric }, latency)]
        : []),
    ],
    promise: {
      falseAbort: promise.falseAbort,
      missed: promise.missed,
      lookIntervalMs: promise.lookInterval,
      budgetMs: promise.budget,
    },
    traffic: { pingsPerSecond: rate, replicas, weights: weights as [number, ...number[]] },
  };
}

function objective(
  name: string,
  indicator: Objective['indicator'],
  { acceptable, refused, designEffect }: NonNullable<ServiceFile['objectives']['availability']>,
): Objective {
  return { name, indicator, acceptable, refused, ...(designEffect === undefined ? {} : { designEffect }) };
}

function readMetric({ name, metrics }: Pick<ServiceFile, 'name' | 'metrics'>): AnswerMetric {
  const { histogram, unit, counter = `${histogram}_count`, labels, status } = metrics;
  return {
    service: name,
    counter,
    histogram,
    unit,
    judged: Object.entries(labels).map(([label, value]) => matcher(label, '=', value)),
    failed: matcher(status.label, '=~', status.failed),
    present: [],
  };
}
