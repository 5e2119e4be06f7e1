import { pingLatency, pingsEnded, targetLabels, workloads } from '@observed-rollouts/contract';
import type { Objective, ServiceLevel } from './objective.ts';
import { badShare, bucketSelector, pingAnswers, totalSelector } from './promql.ts';
import { gateTest, walkQuery } from './release-tests.ts';

/** Grafana's window that fits the scrape interval and the zoom. */
const window = '$__rate_interval';
const byVersion = [targetLabels.version, targetLabels.podTemplateHash] as const;
const pinger = `${targetLabels.service}="${workloads.pinger}"`;

/** Queries of dashboard panels; they hold Grafana's `$__rate_interval` and, where named, a dashboard variable. */
export const panelQueries = {
  requestRateByVersion: `sum by (${byVersion.join(', ')}) (rate(${totalSelector(pingAnswers)}[${window}]))`,
  /** Share of bad answers by version, 0 to 1. */
  badShareByVersion: ({ indicator }: Objective) => badShare(indicator, pingAnswers, window, byVersion),
  /** Seconds; raw buckets inside, so that exemplars can be drawn. */
  latencyQuantileByVersion: (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (le, ${byVersion.join(', ')}) (rate(${bucketSelector(pingAnswers)}[${window}])))`,
  pingOutcomes: `sum by (outcome) (rate(${pingsEnded.name}{${pinger}}[${window}]))`,
  /** Seconds from the intended start, as users would feel it. */
  pingLatencyQuantile: (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (le) (rate(${pingLatency.name}_bucket{${pinger}}[${window}])))`,
  /** The gate's walk of the version that a dashboard variable holds, the very query of the analysis without its namespace. */
  gateWalk: (objective: Objective, level: ServiceLevel, hashVariable: string) =>
    walkQuery(objective, gateTest(objective, level), [
      ...pingAnswers,
      `${targetLabels.podTemplateHash}="$${hashVariable}"`,
    ]),
  /** Values of the version variable, newest deployments included. */
  versionHashes: `label_values(${totalSelector(pingAnswers)}, ${targetLabels.podTemplateHash})`,
} as const;
