import { platformServices, targetLabels } from '@observed-rollouts/contract';
import { alertLabels } from '../rules/rule.ts';

const window = '$__rate_interval';
const { service } = targetLabels;
const of = (name: keyof typeof platformServices, ...more: string[]) =>
  `{${[`${service}="${platformServices[name]}"`, ...more].join(',')}}`;
const prometheus = of('prometheus');
const tempo = of('tempo');
const grew = (counter: string, matchers: string) => `sum(increase(${counter}${matchers}[${window}]))`;

/** Whether the systems that measure, judge, tell and show do their work. */
export const platformPanelQueries = {
  /** Targets that answer, and all of them. */
  targetsUp: `sum by (${service}) (up)`,
  targetsDown: 'count(up == 0) or vector(0)',
  alertsFiring: (severity: 'page' | 'ticket') =>
    `sum(ALERTS{alertstate="firing",${alertLabels.severity}="${severity}"}) or vector(0)`,
  prometheus: {
    series: `max(prometheus_tsdb_head_series${prometheus})`,
    samples: `sum(rate(prometheus_tsdb_head_samples_appended_total${prometheus}[${window}]))`,
    exemplars: `sum(rate(prometheus_tsdb_exemplar_exemplars_appended_total${prometheus}[${window}]))`,
    /** Increases of what must stand still. */
    ruleFailures: grew('prometheus_rule_evaluation_failures_total', prometheus),
    rulesMissed: grew('prometheus_rule_group_iterations_missed_total', prometheus),
    walFailures: grew('prometheus_tsdb_wal_writes_failed_total', prometheus),
    scrapesRefused: grew('prometheus_target_scrapes_exceeded_sample_limit_total', prometheus),
    notificationsFailed: grew('prometheus_notifications_errors_total', prometheus),
    /** Part of its interval that the slowest group of rules takes. */
    slowestRules: `max(prometheus_rule_group_last_duration_seconds${prometheus} / prometheus_rule_group_interval_seconds${prometheus})`,
    querySeconds: `max by (slice) (prometheus_engine_query_duration_seconds${of('prometheus', 'quantile="0.99"')})`,
  },
  tempo: {
    spans: `sum(rate(tempo_distributor_spans_received_total${tempo}[${window}]))`,
    discarded: `sum by (reason) (increase(tempo_discarded_spans_total${tempo}[${window}]))`,
    refused: grew('tempo_receiver_refused_spans', tempo),
    storageFailures: grew('tempo_live_store_failed_completions_total', tempo),
    samplesNotWritten: grew('prometheus_remote_storage_samples_failed_total', tempo),
    generatedSeries: `sum(tempo_metrics_generator_registry_active_series${tempo})`,
    mostSeries: `max(tempo_metrics_generator_registry_max_active_series${tempo})`,
    /** Calls per second between services, as the service graph draws them. */
    calls: `sum by (client, server) (rate(traces_service_graph_request_total[${window}]))`,
    failedCalls: `sum by (client, server) (rate(traces_service_graph_request_failed_total[${window}]))`,
  },
  argoRollouts: {
    events: `sum by (reason) (increase(rollout_events_total[${window}]))`,
    reconcileErrors: `sum by (name) (increase(rollout_reconcile_error[${window}]))`,
    reconcileSeconds: `histogram_quantile(0.99, sum by (le) (rate(rollout_reconcile_bucket[${window}])))`,
    refusedRequests: `sum by (status_code) (increase(controller_clientset_k8s_request_total${of('argoRollouts', 'status_code=~"4..|5.."')}[${window}]))`,
  },
  alertmanager: {
    sent: `sum by (integration) (increase(alertmanager_notifications_total${of('alertmanager')}[${window}]))`,
    failed: `sum by (integration) (increase(alertmanager_notifications_failed_total${of('alertmanager')}[${window}]))`,
    alerts: `sum by (state) (alertmanager_alerts${of('alertmanager')})`,
  },
  grafana: {
    answers: `sum by (code) (rate(grafana_api_response_status_total${of('grafana')}[${window}]))`,
    fromSources: `sum by (code) (rate(grafana_proxy_response_status_total${of('grafana')}[${window}]))`,
  },
} as const;
