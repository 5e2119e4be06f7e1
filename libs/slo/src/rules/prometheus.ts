import { platformServices, targetLabels } from '@observed-rollouts/contract';
import { type Alert, lastSeen } from './rule.ts';

const service = platformServices.prometheus;
/** Tempo carries a part of Prometheus and shows metrics of the same names. */
const own = `{${targetLabels.service}="${service}"}`;

/** The first of some counters that grew within a window; their values are one alert. */
export function anyGrew(counters: readonly string[], matchers: string, window: string): string {
  return counters.map((counter) => `increase(${counter}${matchers}[${window}]) > 0`).join(' or ');
}

/** Whether Prometheus does what it is configured to do. */
export const prometheusAlerts: readonly Alert[] = [
  {
    alert: 'PrometheusConfigReloadFailed',
    expr: `max_over_time(prometheus_config_last_reload_successful${own}[5m]) == 0`,
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Prometheus runs with an old configuration',
      description:
        'The configuration that is mounted was refused; success of the last reload: {{ $value }}. Changed rules and targets have no effect.',
    },
  },
  {
    alert: 'PrometheusRulesFailing',
    expr: `sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total${own}[5m])) > 0`,
    for: '5m',
    labels: { severity: 'page', service },
    annotations: {
      summary: 'Alerts or records of {{ $labels.rule_group }} are not evaluated',
      description: '{{ $value | humanize }} evaluations failed within 5 minutes: alerts of this group may be blind.',
    },
  },
  {
    alert: 'PrometheusRulesMissed',
    expr: `sum by (rule_group) (increase(prometheus_rule_group_iterations_missed_total${own}[5m])) > 0`,
    for: '15m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The rules of {{ $labels.rule_group }} take longer than their interval',
      description: '{{ $value | humanize }} evaluations were skipped within 5 minutes: alerts come late.',
    },
  },
  {
    alert: 'PrometheusStorageFailing',
    expr: anyGrew(
      [
        'prometheus_tsdb_wal_writes_failed_total',
        'prometheus_tsdb_wal_corruptions_total',
        'prometheus_tsdb_wal_truncations_failed_total',
        'prometheus_tsdb_head_truncations_failed_total',
        'prometheus_tsdb_compactions_failed_total',
        'prometheus_tsdb_reloads_failures_total',
        'prometheus_tsdb_checkpoint_creations_failed_total',
      ],
      own,
      '1h',
    ),
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The database of Prometheus has trouble with its disk',
      description: '{{ $value | humanize }} operations on its files failed within an hour: samples may be lost.',
    },
  },
  {
    alert: 'PrometheusScrapesRefused',
    expr: anyGrew(
      [
        'prometheus_target_scrapes_exceeded_sample_limit_total',
        'prometheus_target_scrapes_exceeded_body_size_limit_total',
        'prometheus_target_scrape_pool_exceeded_label_limits_total',
        'prometheus_target_scrape_pool_exceeded_target_limit_total',
      ],
      own,
      '10m',
    ),
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'A target shows more than its scrape may hold',
      description: '{{ $value | humanize }} scrapes broke a limit within 10 minutes and were thrown away as a whole.',
    },
  },
  {
    alert: 'PrometheusDiscoveryFailing',
    expr: anyGrew(['prometheus_sd_kubernetes_failures_total', 'prometheus_target_sync_failed_total'], own, '10m'),
    for: '15m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Prometheus has trouble to find pods',
      description: '{{ $value | humanize }} requests for pods failed within 10 minutes: new pods may not be scraped.',
    },
  },
];

/** Whether anybody is told; only where somebody is to be. */
export const tellingAlerts: readonly Alert[] = [
  {
    alert: 'PrometheusWithoutAlertmanager',
    expr: `${lastSeen(`prometheus_notifications_alertmanagers_discovered${own}`)} < 1`,
    for: '10m',
    labels: { severity: 'page', service },
    annotations: {
      summary: 'Prometheus knows no Alertmanager',
      description: 'Alertmanagers that Prometheus knows: {{ $value }}. No alert reaches anybody.',
    },
  },
  {
    alert: 'PrometheusNotificationsFailing',
    expr: anyGrew(['prometheus_notifications_errors_total', 'prometheus_notifications_dropped_total'], own, '5m'),
    for: '10m',
    labels: { severity: 'page', service },
    annotations: {
      summary: 'Prometheus cannot hand its alerts over',
      description: '{{ $value | humanize }} alerts did not reach Alertmanager within 5 minutes.',
    },
  },
];
