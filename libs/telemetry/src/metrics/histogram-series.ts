import type { Histogram } from 'prom-client';

/** What prom-client 15 keeps of one series; a bucket's key is its upper bound, an observation above the last one is in no bucket. */
interface SeriesRecord {
  readonly labels: Readonly<Record<string, string>>;
  readonly bucketValues: Record<string, number>;
  /** By the keys of the buckets, and {@link aboveAll}. */
  readonly bucketExemplars: Readonly<Record<string, Exemplar | null>>;
  sum: number;
  count: number;
}

/** The latest of a bucket; `timestamp` in seconds. */
interface Exemplar {
  labelSet: ExemplarLabels;
  value: number;
  timestamp: number;
}

interface HistogramInternals {
  readonly hashMap: Readonly<Record<string, SeriesRecord>>;
  readonly upperBounds: readonly number[];
  updateExemplar(labels: Readonly<Record<string, string>>, value: number, exemplarLabels: ExemplarLabels): void;
}

/** Labels of an exemplar, 128 characters at most in all. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Key of the exemplar of observations above the last bound. */
const aboveAll = '-1';

/**
 * One series of a histogram, found once: an observation then adds to its bucket, its count and its sum, and does nothing else.
 *
 * prom-client's own `observe` checks the labels, joins them into the key of the series and turns numbers into the keys of the bucket on every call, half of
 * what a request costs in metrics. It has no public way to keep a series and exemplars too, so this reads its records; a test holds both against each other.
 *
 * Edge: `reset` of the histogram, which nothing here calls, would leave the series behind.
 */
export class HistogramSeries {
  readonly #histogram: HistogramInternals;
  readonly #record: SeriesRecord;
  readonly #bounds: readonly number[];
  readonly #keys: readonly string[];

  constructor(histogram: Histogram, labels: Readonly<Record<string, string>>) {
    const internals = histogram as unknown as HistogramInternals;
    if (findRecord(internals, labels) === undefined) histogram.zero(labels);
    this.#histogram = internals;
    this.#record = findRecord(internals, labels) as SeriesRecord;
    this.#bounds = internals.upperBounds;
    this.#keys = internals.upperBounds.map(String);
  }

  /** Edge: only for a histogram with exemplars may one be given; it stands for its bucket until the next. */
  observe(value: number, exemplarLabels?: ExemplarLabels): void {
    const record = this.#record;
    const bounds = this.#bounds;
    record.sum += value;
    record.count++;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] as number)) index++;
    const key = this.#keys[index];
    if (key !== undefined) record.bucketValues[key]!++;
    if (exemplarLabels !== undefined) this.#setExemplar(key ?? aboveAll, value, exemplarLabels);
  }

  #setExemplar(key: string, value: number, exemplarLabels: ExemplarLabels): void {
    const exemplar = this.#record.bucketExemplars[key];
    if (!exemplar) {
      // The first of a bucket is made, and its labels are checked, by the histogram.
      this.#histogram.updateExemplar(this.#record.labels, value, exemplarLabels);
      return;
    }
    exemplar.labelSet = exemplarLabels;
    exemplar.value = value;
    exemplar.timestamp = Date.now() / 1000;
  }
}

function findRecord(
  { hashMap }: HistogramInternals,
  labels: Readonly<Record<string, string>>,
): SeriesRecord | undefined {
  const names = Object.keys(labels);
  return Object.values(hashMap).find((record) => names.every((name) => record.labels[name] === labels[name]));
}
