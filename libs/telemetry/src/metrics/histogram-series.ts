import type { Histogram } from 'prom-client';

/** What prom-client 15 keeps of one series; a bucket's key is its upper bound, an observation above the last one is in no bucket. */
interface SeriesRecord {
  readonly labels: Readonly<Record<string, string>>;
  readonly bucketValues: Record<string, number>;
  sum: number;
  count: number;
}

interface HistogramInternals {
  readonly hashMap: Readonly<Record<string, SeriesRecord>>;
  readonly upperBounds: readonly number[];
}

/**
 * One series of a histogram, found once: an observation then adds to its bucket, its count and its sum, and does nothing else.
 *
 * prom-client's own `observe` checks the labels, joins them into the key of the series and turns numbers into the keys of the bucket on every call, half of
 * what a request costs in metrics. It has no public way to keep a series and exemplars too, so this reads its records; a test holds both against each other.
 *
 * Edge: `reset` of the histogram, which nothing here calls, would leave the series behind.
 */
export class HistogramSeries {
  readonly #record: SeriesRecord;
  readonly #bounds: readonly number[];
  readonly #keys: readonly string[];

  constructor(histogram: Histogram, labels: Readonly<Record<string, string>>) {
    const internals = histogram as unknown as HistogramInternals;
    if (findRecord(internals, labels) === undefined) histogram.zero(labels);
    this.#record = findRecord(internals, labels) as SeriesRecord;
    this.#bounds = internals.upperBounds;
    this.#keys = internals.upperBounds.map(String);
  }

  observe(value: number): void {
    const record = this.#record;
    const bounds = this.#bounds;
    record.sum += value;
    record.count++;
    for (let index = 0; index < bounds.length; index++) {
      if (value > (bounds[index] as number)) continue;
      record.bucketValues[this.#keys[index] as string]!++;
      return;
    }
  }
}

function findRecord(
  { hashMap }: HistogramInternals,
  labels: Readonly<Record<string, string>>,
): SeriesRecord | undefined {
  const names = Object.keys(labels);
  return Object.values(hashMap).find((record) => names.every((name) => record.labels[name] === labels[name]));
}
