import { targetLabels } from '@observed-rollouts/contract';
import type { Matchers } from '../answer-metric.ts';
import { comparisonBound, comparisonQuery, decisiveQuery } from '../comparison.ts';
import { answerMetricOf, type Objective, type ServiceLevel } from '../objective.ts';
import { badShare, bucketSelector, totalSelector } from '../promql.ts';
import { releaseCounts } from '../release-counts.ts';
import { errorRatesOfTests, gateTest, walkQuery } from '../release-tests.ts';
import { rounded } from '../sequential-test.ts';
import { watchQuery } from '../watch.ts';
import { chosenService, valueOf } from './dashboard-variables.ts';

const window = '$__rate_interval';
const hash = targetLabels.podTemplateHash;
const byVersion = [targetLabels.version, hash] as const;
const bothVersions = [...chosenService, `${hash}=~"${valueOf('canary')}|${valueOf('stable')}"`];
const ofCanary = [...chosenService, `${hash}="${valueOf('canary')}"`];
const ofStable = [...chosenService, `${hash}="${valueOf('stable')}"`];
const ofNamespace = `${targetLabels.namespace}="${valueOf('namespace')}"`;
/** A Rollout has the name of its service. */
const ofRollout = `{${ofNamespace},name="${valueOf('service')}"}`;
/** Runs are named `<rollout>-<pod-template hash>-<revision>…`. */
const runsOf = (version: string, ...more: string[]) =>
  `analysis_run_info{${[ofNamespace, `name=~"${valueOf('service')}-${version}-[0-9]+.*"`, ...more].join(',')}}`;

/** The series of a selector that were not there one step before: one mark for each time that something begins. */
function beginnings(selector: string, by: string): string {
  return `max by (${by}) (${selector}) unless max by (${by}) (${selector} offset $__interval)`;
}

/** Queries of what a release looks like; `canary` and `stable` are the hashes that the dashboard's variables hold. */
export const releasePanelQueries = {
  /** 1 for the phase that the Rollout is in. */
  phase: `max by (phase) (rollout_info${ofRollout})`,
  /** 1 for each phase that an analysis of the canary is in. */
  analysisPhase: `max by (phase) (${runsOf(valueOf('canary'))})`,
  /** The canary's part of the answers, from 0 to 1. */
  shareOfAnswers: (level: ServiceLevel) => {
    const rate = (matchers: Matchers) =>
      `sum(rate(${totalSelector([...matchers, ...answerMetricOf(level).judged], answerMetricOf(level))}[${window}]))`;
    return `${rate(ofCanary)} / (${rate(chosenService)} > 0)`;
  },
  /** The canary's part of the pods that are scraped. */
  shareOfPods: `count(up{${ofCanary.join(',')}} == 1) / count(up{${chosenService.join(',')}} == 1)`,
  /** The part of the replicas that the controller has moved. */
  shareOfReplicas: `max(rollout_info_replicas_updated${ofRollout}) / (max(rollout_info_replicas_desired${ofRollout}) > 0)`,
  answersByVersion: (level: ServiceLevel) =>
    `sum by (${byVersion.join(', ')}) (rate(${totalSelector(judged(bothVersions, level), answerMetricOf(level))}[${window}]))`,
  badShareByVersion: ({ indicator }: Objective, level: ServiceLevel) =>
    badShare(indicator, judged(bothVersions, level), window, byVersion),
  /** Raw buckets inside, so that exemplars can be drawn. */
  latencyByVersion: (quantile: number, level: ServiceLevel) =>
    `histogram_quantile(${quantile}, sum by (le, ${byVersion.join(', ')}) ` +
    `(rate(${bucketSelector(judged(bothVersions, level), answerMetricOf(level))}[${window}])))`,
  /** The objective's own test, the comparison moved to the same bounds, and what the analysis judges: the lower of the two. */
  gate: (objective: Objective, level: ServiceLevel) => {
    const test = gateTest(objective, level);
    const counts = countsOf(objective, level);
    const walk = walkQuery(test, counts.canary);
    const comparison = comparisonQuery(objective, counts);
    return {
      judged: decisiveQuery(walk, comparison, test.reject),
      own: walk,
      comparison: `${comparison} + ${rounded(test.reject - comparisonBound)}`,
    };
  },
  comparison: (objective: Objective, level: ServiceLevel) => comparisonQuery(objective, countsOf(objective, level)),
  watch: (objective: Objective, level: ServiceLevel) => watchQuery(objective, countsOf(objective, level).canary),
} as const;

/** Lines of the release's panels. */
export const releaseLines = {
  gate: (objective: Objective, level: ServiceLevel) => gateTest(objective, level),
  comparison: comparisonBound,
  /** Evidence at which the watch asks the comparison. */
  watch: (level: ServiceLevel) => rounded(1 / errorRatesOfTests(level).alpha),
} as const;

/** What is marked in every panel of a dashboard; each yields samples only where it begins, the alerts as long as they fire. */
export const annotationQueries = {
  phases: beginnings(`rollout_info{${ofNamespace}}`, 'name, phase'),
  verdicts: beginnings(runsOf('[a-z0-9]+', 'phase=~"Successful|Failed|Error|Inconclusive"'), 'name, phase'),
  alerts: `max by (alertname, ${targetLabels.service}) (ALERTS{alertstate="firing",severity=~"page|ticket"})`,
} as const;

function judged(matchers: Matchers, level: ServiceLevel): Matchers {
  return [...matchers, ...answerMetricOf(level).judged];
}

/** What the analysis counts, so that a panel shows what is judged. */
function countsOf(objective: Objective, level: ServiceLevel) {
  return releaseCounts(objective, level, { canary: ofCanary, stable: ofStable });
}
