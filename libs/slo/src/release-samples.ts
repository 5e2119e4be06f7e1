import { targetLabels } from '@observed-rollouts/contract';
import type { AnswerMetric, Matchers } from './answer-metric.ts';
import { answerMetricOf, type Indicator, type ServiceLevel } from './objective.ts';
import { bucketSelector, indicatorSelectors } from './promql.ts';

/** Labels of the samples that {@link sampleQueries} yield, beside those of the target. */
export const sampleLabels = {
  /** Which counter a sample is of: one of {@link sampledCounts}. */
  count: 'sampled_count',
  /** Which quantile it is: one of {@link sampledQuantiles}. */
  quantile: 'sampled_quantile',
  /** Set by Prometheus itself: a process that starts again elsewhere is another one. */
  instance: 'instance',
} as const;

/**
 * `failed` by the objective of availability. `fast` are those of `timed` within the objective of latency; `timed` differs from `answers` where a
 * service counts answers and durations apart.
 */
export const sampledCounts = ['answers', 'failed', 'timed', 'fast'] as const;
export type SampledCount = (typeof sampledCounts)[number];

export const sampledQuantiles = [0.5, 0.9] as const;

/** Seconds that a quantile looks back: short enough to show a change, ten scrapes long. */
const quantileWindow = '10s';

/**
 * How long the last counts of a pod that has gone are still found. Without it, what was scraped between the last look and the pod's end is lost: a series
 * that ends is stale at once.
 */
const goneWindow = '1m';

export interface SampleQueries {
  /** Raw counters by process: pod, instance, pod-template hash and {@link sampleLabels.count}. */
  readonly counts: string;
  /** Seconds by pod-template hash and {@link sampleLabels.quantile}; NaN for a version without answers in the window. */
  readonly quantiles: string;
}

/**
 * What shows a release's course: two queries, one vector each.
 *
 * Shape: the counters are those of each process since it started. Who samples them adds up their increases, so that nothing is
 *        extrapolated, a restart is no loss, and a pod that has gone keeps its part.
 * Edge:  a service level without an objective of a kind has no such count.
 */
export function sampleQueries(level: ServiceLevel, namespace: string): SampleQueries {
  const metric = answerMetricOf(level);
  const matchers = answersIn(namespace, metric);
  const selectors = sampledSelectors(level, matchers);
  const by = [targetLabels.pod, sampleLabels.instance, targetLabels.podTemplateHash].join(', ');
  const counts = sampledCounts.flatMap((count) => {
    const selector = selectors[count];
    const sum = `sum by (${by}) (last_over_time(${selector}[${goneWindow}]))`;
    return selector === undefined ? [] : [labelled(sum, sampleLabels.count, count)];
  });
  const buckets = bucketSelector(matchers, metric);
  const rate = `sum by (le, ${targetLabels.podTemplateHash}) (rate(${buckets}[${quantileWindow}]))`;
  const toSeconds = metric.unit === 'milliseconds' ? ' / 1000' : '';
  const quantiles = sampledQuantiles.map((quantile) =>
    labelled(`histogram_quantile(${quantile}, ${rate})${toSeconds}`, sampleLabels.quantile, `${quantile}`),
  );
  return { counts: counts.join(' or '), quantiles: quantiles.join(' or ') };
}

function sampledSelectors({ objectives }: ServiceLevel, matchers: Matchers): Partial<Record<SampledCount, string>> {
  const selectorsOf = (kind: Indicator['kind']) => {
    const indicator = objectives.find((objective) => objective.indicator.kind === kind)?.indicator;
    return indicator && indicatorSelectors(indicator, matchers);
  };
  const availability = selectorsOf('availability');
  const latency = selectorsOf('latency');
  const answers = availability?.total ?? latency?.total;
  return {
    ...(answers === undefined ? {} : { answers }),
    ...(availability ? { failed: availability.counted } : {}),
    ...(latency ? { timed: latency.total, fast: latency.counted } : {}),
  };
}

/** The histogram whose exemplars are the single answers. */
export function exemplarSelector(level: ServiceLevel, namespace: string): string {
  const metric = answerMetricOf(level);
  return bucketSelector(answersIn(namespace, metric), metric);
}

/** The judged answers of a service in one namespace, of all versions. */
export function answersIn(namespace: string, { service, judged }: AnswerMetric): Matchers {
  return [`${targetLabels.namespace}="${namespace}"`, `${targetLabels.service}="${service}"`, ...judged];
}

function labelled(query: string, label: string, value: string): string {
  return `label_replace(${query}, "${label}", "${value}", "", "")`;
}
