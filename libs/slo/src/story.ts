import type { ServiceLevel } from './objective.ts';

/** The service level of ping-service: the only place where its objectives stand. */
export const pingServiceLevel: ServiceLevel = {
  objectives: [
    { name: 'error', indicator: { kind: 'availability' }, acceptable: 0.05, refused: 0.2 },
    { name: 'latency', indicator: { kind: 'latency', boundSeconds: 1 }, acceptable: 0.1, refused: 0.3 },
  ],
  promise: { falseAbort: 0.01, missed: 0.01, lookIntervalMs: 5_000, budgetMs: 300_000 },
};

/** The traffic of the story: what its releases are judged by. */
export const pingTraffic = {
  /** Pings per second over all pods. */
  pingsPerSecond: 10,
  /** Percent of the pods, and so of the pings, that run the new version, in the order of a release; the first is judged by the gate. */
  weights: [20, 40, 60, 80],
} as const;
