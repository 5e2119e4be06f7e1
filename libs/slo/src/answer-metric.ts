import { durationBuckets, paths, serverRequestDuration, targetLabels, workloads } from '@observed-rollouts/contract';

/** PromQL label matchers, such as `service="ping-service"`; all of them must hold. */
export type Matchers = readonly string[];

/** Where the answers of one service are counted: a counter with a label for how each answer ended, and a classic histogram of their durations. */
export interface AnswerMetric {
  /** Value of the target label `service`. */
  readonly service: string;
  /** Counter of all answers, such as `http_requests_total`, or a histogram's `…_count`. */
  readonly counter: string;
  /** Histogram of the durations without its suffix, such as `http_request_duration_seconds`. */
  readonly histogram: string;
  /** Unit of the histogram's buckets. */
  readonly unit: 'seconds' | 'milliseconds';
  /** Upper bounds of the histogram in seconds, ascending; absent while only its first scrape can tell. */
  readonly buckets?: readonly number[];
  /** The answers that are judged: without probes, scrapes and other routes. */
  readonly judged: Matchers;
  /** The series of {@link counter} that count failures. */
  readonly failed: string;
  /** Series of {@link counter} that are there from the first scrape of a pod on, beside {@link judged}; none: any. */
  readonly present: Matchers;
}

const duration = serverRequestDuration([]).name;

/** The contract's RED metric for pings. */
export const pingMetric: AnswerMetric = {
  service: workloads.pingService,
  counter: `${duration}_count`,
  histogram: duration,
  unit: 'seconds',
  buckets: durationBuckets,
  judged: [`http_route="${paths.ping}"`],
  failed: 'http_response_status_code=~"5.."',
  present: ['http_response_status_code="200"'],
};

/** A duration in the unit of the histogram, exact to a millionth of it. */
export function bucketBound({ unit }: Pick<AnswerMetric, 'unit'>, seconds: number): number {
  return unit === 'seconds' ? seconds : Math.round(seconds * 1e9) / 1e6;
}

/** The label as Prometheus stores it: a scraped label that has the name of a target's gets the prefix `exported_`. */
export function scrapedLabel(name: string): string {
  return (Object.values(targetLabels) as string[]).includes(name) ? `exported_${name}` : name;
}

/**
 * A label matcher for PromQL; the value is quoted.
 *
 * @example matcher('code', '=~', '5..') // code=~"5.."
 */
export function matcher(label: string, operator: '=' | '=~', value: string): string {
  return `${scrapedLabel(label)}${operator}${JSON.stringify(value)}`;
}
