import type { Provider } from '@nestjs/common';
import { buildInfo, type MetricDefinition, type Workload, workloadMetrics } from '@observed-rollouts/contract';
import { getToken, makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge, Histogram, register, Registry } from 'prom-client';
import { type Labels, Metrics, type RegisteredMetric } from './metrics.ts';

type BuildLabel = keyof typeof buildInfo.labels;

/** Values of labels that are fixed for the life of the process, by label name. */
export type ProcessLabels = Readonly<Record<string, string>>;

/** Nest providers of every metric of a workload, and of {@link Metrics} over them with its first series in place. */
export function metricProviders(workload: Workload, processLabels: ProcessLabels): Provider[] {
  // A metric takes exemplars only when its registry is an OpenMetrics one at the moment of its construction.
  (register as Registry<never>).setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const definitions = workloadMetrics[workload];
  return [
    ...definitions.map(metricProvider),
    {
      provide: Metrics,
      inject: definitions.map(({ name }) => getToken(name)),
      useFactory: (...registered: RegisteredMetric[]) => {
        definitions.forEach((definition, index) => {
          createInitialSeries(definition, registered[index] as RegisteredMetric, processLabels);
        });
        const metrics = new Metrics(definitions, registered);
        metrics.set(buildInfo, 1, completeLabels(buildInfo, {}, processLabels) as Labels<BuildLabel>);
        return metrics;
      },
    },
  ];
}

function metricProvider(definition: MetricDefinition): Provider {
  const { name, help, exemplars } = definition;
  const options = { name, help, labelNames: Object.keys(definition.labels), enableExemplars: exemplars };
  switch (definition.type) {
    case 'counter':
      return makeCounterProvider(options);
    case 'gauge':
      return makeGaugeProvider(options);
    case 'histogram':
      return makeHistogramProvider({ ...options, buckets: [...definition.buckets] });
  }
}

function createInitialSeries(definition: MetricDefinition, metric: RegisteredMetric, processLabels: ProcessLabels) {
  for (const series of definition.initialSeries) {
    const labels = completeLabels(definition, series, processLabels);
    if (metric instanceof Histogram) metric.zero(labels);
    else if (metric instanceof Gauge) metric.set(labels, 0);
    else if (metric instanceof Counter && definition.exemplars) metric.inc({ labels, value: 0 });
    else metric.inc(labels, 0);
  }
}

function completeLabels(
  { name, processLabels = [] }: MetricDefinition,
  series: Readonly<Record<string, string | undefined>>,
  values: ProcessLabels,
): Record<string, string> {
  const labels = { ...series } as Record<string, string>;
  for (const label of processLabels) {
    const value = values[label];
    if (value === undefined) {
      throw new Error(
        `startWorkload: metric ${name} has no value for its process label ${label}; pass it in processLabels`,
      );
    }
    labels[label] = value;
  }
  return labels;
}
