import { processStartTime, serverActiveRequests, targetLabels } from '@observed-rollouts/contract';
import { answerMetricOf, type Objective, type ServiceLevel } from '../objective.ts';
import { badShare, bucketSelector, totalSelector } from '../promql.ts';
import { chosenAnswers, chosenService, valueOf } from './dashboard-variables.ts';

const window = '$__rate_interval';
const { pod, podTemplateHash, version } = targetLabels;
const byVersion = [version, podTemplateHash] as const;
const ofVersions = `${podTemplateHash}=~"${valueOf('version')}"`;
const pods = [...chosenService, ofVersions].join(',');

const answers = (level: ServiceLevel) => [...chosenAnswers(level), ofVersions];
const buckets = (level: ServiceLevel) => `rate(${bucketSelector(answers(level), answerMetricOf(level))}[${window}])`;

/** RED (rate, errors, duration) of a service's versions and pods, and what their processes use. */
export const servicePanelQueries = {
  answersBy: (level: ServiceLevel, what: 'version' | 'pod') =>
    `sum by (${labelsOf(what).join(', ')}) (rate(${totalSelector(answers(level), answerMetricOf(level))}[${window}]))`,
  /** Share of bad answers, 0 to 1. */
  badShareBy: ({ indicator }: Objective, level: ServiceLevel, what: 'version' | 'pod') =>
    badShare(indicator, answers(level), window, labelsOf(what)),
  latencyByVersion: (quantile: number, level: ServiceLevel) =>
    `histogram_quantile(${quantile}, sum by (le, ${byVersion.join(', ')}) (${buckets(level)}))`,
  /** Answers per second by bucket, for a heat map. */
  latencyBuckets: (level: ServiceLevel) => `sum by (le) (${buckets(level)})`,
  /** Cores. */
  cpuByPod: `sum by (${pod}) (rate(process_cpu_seconds_total{${pods}}[${window}]))`,
  memoryByPod: `sum by (${pod}) (process_resident_memory_bytes{${pods}})`,
  /** Seconds of the longest hold-up of the event loop between two scrapes. */
  eventLoopLagByPod: `max by (${pod}) (nodejs_eventloop_lag_max_seconds{${pods}})`,
  inProgressByPod: `sum by (${pod}) (${serverActiveRequests.name}{${pods}})`,
  /** Starts of a process after its first, in the shown window. */
  restartsByPod: `sum by (${pod}) (changes(${processStartTime}{${pods}}[$__range]))`,
} as const;

function labelsOf(what: 'version' | 'pod'): readonly string[] {
  return what === 'version' ? byVersion : [pod];
}
