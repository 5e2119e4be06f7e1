import { bucketMatcher, paths, serverRequestDuration, targetLabels, workloads } from '@observed-rollouts/contract';
import type { Indicator } from './objective.ts';

/** PromQL label matchers, such as `service="ping-service"`; all of them must hold. */
export type Matchers = readonly string[];

const duration = serverRequestDuration([]).name;

const pingRoute = `http_route="${paths.ping}"`;

/** The answers to pings, of every pod and version. */
export const pingAnswers: Matchers = [
  `${targetLabels.service}="${workloads.pingService}"`,
  `http_route="${paths.ping}"`,
];

/** The pods of one version in one namespace; the arguments are PromQL strings or Argo's `{{args.…}}`. */
export function podsOfVersion(namespace: string, podTemplateHash: string): Matchers {
  return [
    `${targetLabels.namespace}="${namespace}"`,
    `${targetLabels.service}="${workloads.pingService}"`,
    `${targetLabels.podTemplateHash}="${podTemplateHash}"`,
  ];
}

/** The answers to pings of one version in one namespace; see {@link podsOfVersion}. */
export function answersOfVersion(namespace: string, podTemplateHash: string): Matchers {
  return [...podsOfVersion(namespace, podTemplateHash), pingRoute];
}

/** Counter of all answers. */
export function totalSelector(matchers: Matchers): string {
  return `${duration}_count{${matchers.join(',')}}`;
}

/** Counter of the answers that {@link Indicator} calls bad, or, for latency, of the good ones: a histogram counts what is under a bound. */
function indicatorSelector(indicator: Indicator, matchers: Matchers): { counts: 'bad' | 'good'; selector: string } {
  switch (indicator.kind) {
    case 'availability':
      return { counts: 'bad', selector: totalSelector([...matchers, 'http_response_status_code=~"5.."']) };
    case 'latency':
      return {
        counts: 'good',
        selector: `${duration}_bucket{${[...matchers, bucketMatcher(indicator.boundSeconds)].join(',')}}`,
      };
  }
}

/** Sum that is 0, not empty, while no series exists. */
function sumOrZero(selector: string): string {
  return `(sum(${selector}) or vector(0))`;
}

/** PromQL of the bad, the good and all answers; each is one sample without labels. */
export interface Counts {
  readonly bad: string;
  readonly good: string;
  readonly total: string;
}

/** Bad and good answers since the pods started, as raw counters: nothing to divide, nothing to extrapolate, 0 before the pods exist. */
export function countsSinceStart(indicator: Indicator, matchers: Matchers): Counts {
  return countsOf(indicator, matchers, sumOrZero);
}

/**
 * Bad and good answers of one version since the look that first saw the other.
 *
 * A window that reached back farther would take good answers from before a shared outage for the present. Each pod's counter is
 * compared with its own least value since then, so that a pod that goes takes its counts along and one that starts brings its own.
 *
 * Units: `lookInterval` is a PromQL duration: the steps in which the first look is found.
 * Edge:  0 before the other version exists. A version that has been seen for longer than {@link longestComparison} counts over that.
 */
export function countsSinceSeen(
  indicator: Indicator,
  matchers: Matchers,
  other: Matchers,
  lookInterval: string,
): Counts {
  const seen = `sum(${totalSelector(other)})`;
  return countsOf(indicator, matchers, (selector) =>
    sumOrZero(`${selector} - min_over_time((${selector} and on() ${seen})[${longestComparison}:${lookInterval}])`),
  );
}

/** PromQL duration: longer than a gate may look, so that it only ends in releases that wait for a human. */
const longestComparison = '15m';

function countsOf(indicator: Indicator, matchers: Matchers, count: (selector: string) => string): Counts {
  const total = count(totalSelector(matchers));
  const { counts, selector } = indicatorSelector(indicator, matchers);
  const counted = count(selector);
  const rest = `(${total} - ${counted})`;
  return counts === 'bad' ? { bad: counted, good: rest, total } : { bad: rest, good: counted, total };
}

/**
 * Share of bad answers over a window, by the given labels: 0 to 1.
 *
 * Edge: no answers at all in the window: no sample, so that nothing is drawn and nothing fires; no bad ones: 0.
 */
export function badShare(indicator: Indicator, matchers: Matchers, window: string, by: readonly string[]): string {
  const rate = (selector: string) => `sum by (${by.join(', ')}) (rate(${selector}[${window}]))`;
  const total = rate(totalSelector(matchers));
  const { counts, selector } = indicatorSelector(indicator, matchers);
  if (counts === 'good') return `1 - ${rate(selector)} / (${total} > 0)`;
  return `(${rate(selector)} or 0 * ${total}) / (${total} > 0)`;
}

/** Name of the duration histogram's buckets, for quantiles and heat maps. */
export function bucketSelector(matchers: Matchers): string {
  return `${duration}_bucket{${matchers.join(',')}}`;
}
