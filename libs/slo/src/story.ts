import type { ServiceLevel } from './objective.ts';

/** Names of objectives by what they are about; they are part of the names of the analysis' metrics. */
export const objectiveNames = { availability: 'failed-answers', latency: 'slow-answers' } as const;

/** The service level of ping-service: the only place where its objectives stand. */
export const pingServiceLevel: ServiceLevel = {
  objectives: [
    { name: objectiveNames.availability, indicator: { kind: 'availability' }, acceptable: 0.05, refused: 0.2 },
    { name: objectiveNames.latency, indicator: { kind: 'latency', boundSeconds: 1 }, acceptable: 0.1, refused: 0.3 },
  ],
  promise: { falseAbort: 0.01, missed: 0.01, lookIntervalMs: 1_000, budgetMs: 300_000 },
  traffic: { pingsPerSecond: 10, replicas: 5, weights: [20, 40, 60, 80] },
};

/** The traffic of the story. */
export const pingTraffic = pingServiceLevel.traffic;
