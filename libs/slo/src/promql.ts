import { bucketMatcher, targetLabels } from '@observed-rollouts/contract';
import { type AnswerMetric, bucketBound, type Matchers, pingMetric } from './answer-metric.ts';
import type { Indicator } from './objective.ts';

/** The answers of a service that are judged, of every pod and version. */
export function judgedAnswers({ service, judged }: AnswerMetric): Matchers {
  return [`${targetLabels.service}="${service}"`, ...judged];
}

/** The answers to pings, of every pod and version. */
export const pingAnswers = judgedAnswers(pingMetric);

/** The pods of one version in one namespace; the arguments are PromQL strings or Argo's `{{args.…}}`. */
export function podsOfVersion(namespace: string, podTemplateHash: string, { service } = pingMetric): Matchers {
  return [
    `${targetLabels.namespace}="${namespace}"`,
    `${targetLabels.service}="${service}"`,
    `${targetLabels.podTemplateHash}="${podTemplateHash}"`,
  ];
}

/** Counter of all answers. */
export function totalSelector(matchers: Matchers, { counter }: AnswerMetric = pingMetric): string {
  return `${counter}{${matchers.join(',')}}`;
}

/** Selectors of the counters that an indicator is made of; a histogram counts what is under a bound, so that latency has the good ones. */
export interface IndicatorSelectors {
  /** What {@link IndicatorSelectors.counted} counts. */
  readonly counts: 'bad' | 'good';
  readonly counted: string;
  readonly total: string;
}

/** The counters of the pods that the matchers select. */
export function indicatorSelectors(
  { metric = pingMetric, ...indicator }: Indicator,
  matchers: Matchers,
): IndicatorSelectors {
  switch (indicator.kind) {
    case 'availability':
      return {
        counts: 'bad',
        counted: totalSelector([...matchers, metric.failed], metric),
        total: totalSelector(matchers, metric),
      };
    case 'latency': {
      const bound = bucketMatcher(bucketBound(metric, indicator.boundSeconds));
      return {
        counts: 'good',
        counted: bucketSelector([...matchers, bound], metric),
        total: `${metric.histogram}_count{${matchers.join(',')}}`,
      };
    }
  }
}

export type { Matchers } from './answer-metric.ts';

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
export function countsSinceStart(selectors: IndicatorSelectors): Counts {
  return countsOf(selectors, sumOrZero);
}

/**
 * Bad and good answers of one version since the look that first saw the other.
 *
 * A window that reached back farther would take good answers from before a shared outage for the present. Each series is
 * compared with its own least value since then, so that a pod that goes takes its counts along and one that starts brings its own.
 *
 * Units: `lookInterval` is a PromQL duration: the steps in which the first look is found.
 * Edge:  0 before the other version exists. A version that has been seen for longer than {@link longestComparison} counts over that.
 *
 * @param other selects what is there while the other version is.
 */
export function countsSinceSeen(selectors: IndicatorSelectors, other: string, lookInterval: string): Counts {
  return countsOf(selectors, (selector) =>
    sumOrZero(
      `${selector} - min_over_time((${selector} and on() sum(${other}))[${longestComparison}:${lookInterval}])`,
    ),
  );
}

/** PromQL duration: longer than a gate may look, so that it only ends in releases that wait for a human. */
const longestComparison = '15m';

function countsOf({ counts, ...selectors }: IndicatorSelectors, count: (selector: string) => string): Counts {
  const total = count(selectors.total);
  const counted = count(selectors.counted);
  const rest = `(${total} - ${counted})`;
  return counts === 'bad' ? { bad: counted, good: rest, total } : { bad: rest, good: counted, total };
}

/**
 * Share of bad answers over a window, by the given labels: 0 to 1.
 *
 * Edge: no answers at all in the window: no sample, so that nothing is drawn and nothing fires; no bad ones: 0.
 *
 * @param except ends each vector of counts before it is summed, such as ` unless on (pod) x`.
 */
export function badShare(
  indicator: Indicator,
  matchers: Matchers,
  window: string,
  by: readonly string[],
  except = '',
): string {
  const rate = (selector: string) => `sum by (${by.join(', ')}) (rate(${selector}[${window}])${except})`;
  const { counts, ...selectors } = indicatorSelectors(indicator, matchers);
  const total = rate(selectors.total);
  const counted = rate(selectors.counted);
  if (counts === 'good') return `1 - ${counted} / (${total} > 0)`;
  return `(${counted} or 0 * ${total}) / (${total} > 0)`;
}

/** Name of the duration histogram's buckets, for quantiles and heat maps. */
export function bucketSelector(matchers: Matchers, { histogram }: AnswerMetric = pingMetric): string {
  return `${histogram}_bucket{${matchers.join(',')}}`;
}
