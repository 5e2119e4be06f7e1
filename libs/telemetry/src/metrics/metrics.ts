import type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  MetricDefinition,
} from '@observed-rollouts/contract';
import { exemplarLabels } from '@observed-rollouts/contract';
import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { Counter, Gauge, Histogram } from 'prom-client';
import { HistogramSeries } from './histogram-series.ts';

/** A metric as prom-client keeps it. */
export type RegisteredMetric = Counter | Gauge | Histogram;

/** One value per label of the definition. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** What a sample may carry beside its value. */
export interface SampleOptions {
  /** The span that the sample belongs to; becomes the exemplar when that span is sampled and the definition has exemplars. */
  readonly spanContext?: SpanContext | undefined;
}

/** Adds one observation, in seconds, to a series; a sampled span becomes its exemplar. */
export type DurationSeries = (seconds: number, spanContext?: SpanContext) => void;

/**
 * Records samples of the contract's metrics.
 *
 * Edge:   the series of `initialSeries` exist from the start, at zero.
 * Errors: throws on a metric that this workload didn't register and on a label that the definition doesn't declare: both are defects.
 */
export class Metrics {
  readonly #registered: ReadonlyMap<string, RegisteredMetric>;

  constructor(definitions: readonly MetricDefinition[], registered: readonly RegisteredMetric[]) {
    this.#registered = new Map(definitions.map(({ name }, index) => [name, registered[index] as RegisteredMetric]));
  }

  /** Adds `by` (at least 0, 1 when absent) to a counter. */
  increment<L extends string>(
    definition: CounterDefinition<L>,
    labels: Labels<L>,
    { by = 1, spanContext }: SampleOptions & { readonly by?: number } = {},
  ): void {
    const counter = this.#find<Counter>(definition);
    if (!definition.exemplars) counter.inc(labels, by);
    else counter.inc({ labels, value: by, ...exemplarOf(spanContext) });
  }

  /** Adds one observation, in seconds. */
  observe<L extends string>(
    definition: HistogramDefinition<L>,
    seconds: number,
    labels: Labels<L>,
    { spanContext }: SampleOptions = {},
  ): void {
    const histogram = this.#find<Histogram>(definition);
    if (!definition.exemplars) histogram.observe(labels, seconds);
    else histogram.observe({ labels, value: seconds, ...exemplarOf(spanContext) });
  }

  /**
   * One series of a histogram, for what happens with every request: adding to it costs a fraction of {@link observe}.
   *
   * Edge: the caller keeps it, for as long as the process runs.
   */
  series<L extends string>(definition: HistogramDefinition<L>, labels: Labels<L>): DurationSeries {
    const series = new HistogramSeries(this.#find<Histogram>(definition), labels);
    if (!definition.exemplars) return (seconds) => series.observe(seconds);
    return (seconds, spanContext) =>
      series.observe(seconds, isSampled(spanContext) ? exemplarLabelsOf(spanContext) : undefined);
  }

  set<L extends string>(definition: GaugeDefinition<L>, value: number, labels: Labels<L>): void {
    this.#find<Gauge>(definition).set(labels, value);
  }

  inc<L extends string>(definition: GaugeDefinition<L>, labels: Labels<L>, by = 1): void {
    this.#find<Gauge>(definition).inc(labels, by);
  }

  dec<L extends string>(definition: GaugeDefinition<L>, labels: Labels<L>, by = 1): void {
    this.#find<Gauge>(definition).dec(labels, by);
  }

  /** Sets a gauge without labels at each scrape to what `read` returns then, so that what it counts need not tell it of every change. */
  follow(definition: GaugeDefinition<never>, read: () => number): void {
    const gauge = this.#find<Gauge & { collect?: () => void }>(definition);
    gauge.collect = () => gauge.set(read());
  }

  #find<T extends RegisteredMetric>({ name }: { readonly name: string }): T {
    const metric = this.#registered.get(name);
    if (metric === undefined) {
      throw new Error(
        `Metrics: metric ${name} is not registered, expected one of workloadMetrics; add it to the workload in libs/contract`,
      );
    }
    return metric as T;
  }
}

/** An exemplar of a span that isn't exported would link to a trace that doesn't exist. */
function exemplarOf(spanContext: SpanContext | undefined): { exemplarLabels: Record<string, string> } | undefined {
  return isSampled(spanContext) ? { exemplarLabels: exemplarLabelsOf(spanContext) } : undefined;
}

function exemplarLabelsOf({ traceId, spanId }: SpanContext): Record<string, string> {
  return { [exemplarLabels.traceId]: traceId, [exemplarLabels.spanId]: spanId };
}

function isSampled(spanContext: SpanContext | undefined): spanContext is SpanContext {
  return spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}
