import { platformServices, targetLabels } from '@observed-rollouts/contract';
import { pingsFlow } from './pings.ts';
import { anyGrew } from './prometheus.ts';
import type { Alert } from './rule.ts';

const service = platformServices.tempo;
const own = `{${targetLabels.service}="${service}"}`;

const receivesNoSpans: Alert = {
  alert: 'TempoReceivesNoSpans',
  expr: `(${pingsFlow}) unless (sum(rate(tempo_distributor_spans_received_total${own}[5m])) > 0)`,
  for: '10m',
  labels: { severity: 'ticket', service },
  annotations: {
    summary: 'Pings flow, but their traces do not arrive',
    description: '{{ $value | humanize }} pings per second end, and Tempo has received no span for 10 minutes.',
  },
};

const others: readonly Alert[] = [
  {
    alert: 'TempoDiscardsSpans',
    expr: `sum by (reason) (increase(tempo_discarded_spans_total${own}[5m])) > 0`,
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Tempo throws spans away: {{ $labels.reason }}',
      description: '{{ $value | humanize }} spans within 5 minutes; their traces have holes or are missing.',
    },
  },
  {
    alert: 'TempoRefusesSpans',
    expr: `sum(increase(tempo_receiver_refused_spans${own}[5m])) > 0`,
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Tempo refuses what it is sent',
      description: '{{ $value | humanize }} spans within 5 minutes were refused at the receiver.',
    },
  },
  {
    alert: 'TempoStorageFailing',
    expr: anyGrew(
      [
        'tempo_live_store_failed_completions_total',
        'tempo_live_store_local_failed_flushes_total',
        'tempodb_compaction_errors_total',
        'tempodb_retention_errors_total',
      ],
      own,
      '1h',
    ),
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Tempo has trouble with its disk',
      description:
        '{{ $value | humanize }} operations on its blocks failed within an hour: traces may be lost or kept for ever.',
    },
  },
  {
    alert: 'TempoMetricsNotWritten',
    expr: anyGrew(
      ['prometheus_remote_storage_samples_failed_total', 'prometheus_remote_storage_exemplars_failed_total'],
      own,
      '10m',
    ),
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Metrics made from spans do not reach Prometheus',
      description:
        '{{ $value | humanize }} samples or exemplars were refused within 10 minutes: the service graph has holes.',
    },
  },
  {
    alert: 'TempoSeriesLimited',
    expr: `sum(increase(tempo_metrics_generator_registry_series_limited_total${own}[10m])) > 0`,
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Metrics made from spans have reached their bound',
      description:
        '{{ $value | humanize }} series were left out within 10 minutes: some attribute takes too many values.',
    },
  },
];

/** @param sampleRatio share of the traces that are kept: at 0 nobody expects spans. */
export function tempoAlerts(sampleRatio: number): readonly Alert[] {
  return sampleRatio > 0 ? [receivesNoSpans, ...others] : others;
}
