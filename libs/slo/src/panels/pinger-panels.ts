import {
  clientRequestDuration,
  pingAnswered,
  pingLatency,
  pingsDropped,
  pingsEnded,
  pingsInFlight,
  pingsScheduled,
  scheduleLag,
  targetLabels,
} from '@observed-rollouts/contract';
import { judgedAnswers, totalSelector } from '../promql.ts';
import { answerMetricOf, type ServiceLevel } from '../objective.ts';
import { pingerLimits } from '../rules/pings.ts';
import { chosenService, valueOf } from './dashboard-variables.ts';

const window = '$__rate_interval';
const pinger = chosenService.join(',');
const rateOf = (counter: string, more = '') => `sum(rate(${counter}{${pinger}${more}}[${window}]))`;
const quantileOf = (quantile: number, histogram: string) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket{${pinger}}[${window}])))`;

/** The answers that the pings get, by the pod that gives them. */
const answersByPod = (level: ServiceLevel) => {
  const metric = answerMetricOf(level);
  const matchers = [`${targetLabels.namespace}="${valueOf('namespace')}"`, ...judgedAnswers(metric)];
  return `rate(${totalSelector(matchers, metric)}[${window}])`;
};

/** Whether the pinger keeps its schedule, how pings end, and where they are answered. */
export const pingerPanelQueries = {
  scheduled: rateOf(pingsScheduled.name),
  ended: rateOf(pingsEnded.name),
  scheduleLag: (quantile: number) => quantileOf(quantile, scheduleLag.name),
  failuresByOutcome: `sum by (outcome) (rate(${pingsEnded.name}{${pinger},outcome!="${pingAnswered}"}[${window}]))`,
  /** Shares of the pings, from 0 to 1. */
  unansweredShare: `${rateOf(pingsEnded.name, ',outcome!~"ok|http_.*"')} / (${rateOf(pingsEnded.name)} > 0)`,
  droppedShare: `${rateOf(pingsDropped.name)} / (${rateOf(pingsScheduled.name)} > 0)`,
  inFlight: `sum(${pingsInFlight.name}{${pinger}})`,
  /** Seconds from the intended start, as users would feel it. */
  latency: (quantile: number) => quantileOf(quantile, pingLatency.name),
  /** Seconds from the moment that it was really sent. */
  requestDuration: (quantile: number) => quantileOf(quantile, clientRequestDuration.name),
  latencyBuckets: `sum by (le) (rate(${pingLatency.name}_bucket{${pinger}}[${window}]))`,
  /** Each pod's part of the answers, from 0 to 1. */
  spread: (level: ServiceLevel) =>
    `sum by (${targetLabels.pod}) (${answersByPod(level)}) / scalar(sum(${answersByPod(level)}) > 0)`,
  /** How many times as much the busiest pod answers as the average one; 1 is even. */
  unevenness: (level: ServiceLevel) => {
    const byPod = `sum by (${targetLabels.pod}) (${answersByPod(level)})`;
    return `max(${byPod}) / (avg(${byPod}) > 0)`;
  },
  /** Where variables find the pinger. */
  series: (inNamespace: boolean) =>
    inNamespace ? `${pingsScheduled.name}{${targetLabels.namespace}="${valueOf('namespace')}"}` : pingsScheduled.name,
} as const;

export const pingerLines = pingerLimits;
