import { processStartTime, targetLabels } from '@observed-rollouts/contract';
import type { Matchers } from '../answer-metric.ts';
import { answerMetricOf, type ServiceLevel } from '../objective.ts';
import { totalSelector } from '../promql.ts';

/** Names of the variables of the dashboards; links between dashboards carry them along. */
export const dashboardVariables = {
  namespace: 'namespace',
  service: 'service',
  /** Pod-template hash of the version that is looked at. */
  canary: 'canary',
  /** Pod-template hash of the version that it is compared with. */
  stable: 'stable',
  /** Pod-template hashes, several or all. */
  version: 'version',
} as const;

/** Grafana's spelling of a variable inside a query. */
export function valueOf(variable: keyof typeof dashboardVariables): string {
  return `$${dashboardVariables[variable]}`;
}

/** What is chosen at the top of a dashboard: one service in one namespace. */
export const chosenService: Matchers = [
  `${targetLabels.namespace}="${valueOf('namespace')}"`,
  `${targetLabels.service}="${valueOf('service')}"`,
];

/** The judged answers of the chosen service. */
export function chosenAnswers(level: ServiceLevel): Matchers {
  return [...chosenService, ...answerMetricOf(level).judged];
}

/** The versions of the chosen service that ran in the shown time, with the seconds since the epoch when each first started in it. */
const versionStarts = (matchers: Matchers) =>
  `min by (${targetLabels.version}, ${targetLabels.podTemplateHash}) ` +
  `(min_over_time(${processStartTime}{${matchers.join(',')}}[$__range]))`;

/** Grafana's expressions that list the values of each variable. */
export const variableQueries = {
  /** Namespaces and services where a counter's series stand. */
  namespaces: (selector: string) => `label_values(${selector}, ${targetLabels.namespace})`,
  services: (selector: string) => `label_values(${selector}, ${targetLabels.service})`,
  /** Newest first: the first one is what Grafana chooses. */
  canaries: `query_result(sort_desc(${versionStarts([...chosenService, `${targetLabels.podTemplateHash}!=""`])}))`,
  /** Those that began before the canary, newest first. */
  stables:
    `query_result(sort_desc(${versionStarts([...chosenService, `${targetLabels.podTemplateHash}!=""`])} ` +
    `< scalar(min(min_over_time(${processStartTime}{${[...chosenService, `${targetLabels.podTemplateHash}="${valueOf('canary')}"`].join(',')}}[$__range])))))`,
  versions: `label_values(${processStartTime}{${chosenService.join(',')}}, ${targetLabels.podTemplateHash})`,
} as const;

/** Takes value and text of a variable out of a series of {@link variableQueries.canaries}, in Grafana's named groups. */
export const versionOfSeries = `/${targetLabels.podTemplateHash}="(?<value>[^"]+)"|${targetLabels.version}="(?<text>[^"]+)"/g`;

/** Series that say where the judged service is. */
export function judgedSeries(level: ServiceLevel, inNamespace: boolean): string {
  const metric = answerMetricOf(level);
  const namespace = inNamespace ? [`${targetLabels.namespace}="${valueOf('namespace')}"`] : [];
  return totalSelector([...namespace, ...metric.judged], metric);
}
