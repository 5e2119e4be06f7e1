/** One label of a metric: what it says, and how many values it can take at most. */
export interface LabelDefinition {
  readonly description: string;
  /** Most values the label can ever have in one process; cardinality is bounded by the product over the labels. */
  readonly maxValues: number;
}

interface MetricBase<L extends string> {
  /** Prometheus name: base unit last, counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<L, LabelDefinition>>;
  /**
   * Label combinations that exist from the first scrape on, at zero; one empty object for a metric without labels.
   * A combination leaves out the {@link processLabels}: whoever registers the metric completes it.
   */
  readonly initialSeries: readonly Readonly<Partial<Record<L, string>>>[];
  /** Labels with one value for the life of the process, which only the process knows (its version, its target). */
  readonly processLabels?: readonly L[];
  /** Whether samples carry trace exemplars. */
  readonly exemplars: boolean;
}

/** A counter; its name ends in `_total`. */
export interface CounterDefinition<L extends string = string> extends MetricBase<L> {
  readonly type: 'counter';
}

/** A gauge; never carries exemplars (a gauge exemplar fails the whole scrape on Prometheus 2). */
export interface GaugeDefinition<L extends string = string> extends MetricBase<L> {
  readonly type: 'gauge';
  readonly exemplars: false;
}

/** A classic histogram in seconds. */
export interface HistogramDefinition<L extends string = string> extends MetricBase<L> {
  readonly type: 'histogram';
  /** Upper bounds in seconds, ascending, without `+Inf`. */
  readonly buckets: readonly number[];
}

export type MetricDefinition<L extends string = string> =
  CounterDefinition<L> | GaugeDefinition<L> | HistogramDefinition<L>;

/**
 * A matcher value for the label `le` that finds a bucket on every Prometheus.
 *
 * Prometheus 2 keeps `le="1"` as prom-client wrote it, Prometheus 3 stores `le="1.0"`: a whole number needs both, as a regular expression.
 *
 * @example bucketMatcher(1) // le=~"1([.]0)?"
 * @example bucketMatcher(0.5) // le="0.5"
 */
export function bucketMatcher(upperBoundSeconds: number): string {
  return Number.isInteger(upperBoundSeconds) ? `le=~"${upperBoundSeconds}([.]0)?"` : `le="${upperBoundSeconds}"`;
}
