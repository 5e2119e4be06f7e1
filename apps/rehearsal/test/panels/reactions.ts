import { durationBuckets, paths, serverRequestDuration, targetLabels, workloads } from '@observed-rollouts/contract';
import type { SeriesChange } from './recorded-systems.ts';

/** What happens to the rehearsal and to the systems around it. */
export const faults = {
  'bad-release': 'a version is released that fails nine of ten answers, and takes 1.5 s for each',
  'frozen-pods': 'every pod of the stable version stops for some seconds, and goes on',
  'stalled-pod': 'one pod stops for less than a second, time and again',
  'late-pinger': 'the pinger stops for some seconds, and goes on',
  'killed-pod': 'the process of one pod is killed, and started again',
  'one-endpoint': 'the balancer knows only one of the pods for some seconds',
  flood: 'one pod gets far more requests than the others',
  outage: 'a pod answers hundreds of requests per second, all with 500 and slowly',
  aborted: 'the controller aborts a release',
  'api-server': 'the API server refuses what the controller asks',
  prometheus: 'rules fail and are slow, and some target floods',
  'no-spans': 'no span reaches Tempo any longer',
  tempo: 'Tempo refuses spans, makes too many series, and calls fail',
  alertmanager: 'notifications fail',
  grafana: 'Grafana answers with 500',
} as const;
export type FaultName = keyof typeof faults;

/** What a panel shows differently: a larger or smaller value, or a series that was not there. */
export type Movement = 'rises' | 'falls' | 'appears';

/** Every panel, the fault that it must react to, and how. */
export const reactions: Readonly<Record<string, readonly [FaultName, Movement]>> = {
  'Release: Phases': ['aborted', 'appears'],
  'Release: Weight of the canary': ['bad-release', 'falls'],
  'Release: Answers per second': ['bad-release', 'appears'],
  'Release: Share of failed-answers': ['bad-release', 'rises'],
  'Release: Share of slow-answers': ['bad-release', 'rises'],
  'Release: Duration of answers': ['bad-release', 'rises'],
  'Release: Gate: failed-answers': ['bad-release', 'rises'],
  'Release: Gate: slow-answers': ['bad-release', 'rises'],
  'Release: Comparison with stable': ['bad-release', 'rises'],
  'Release: Watch': ['bad-release', 'rises'],
  'Ping service: Answers per second by version': ['bad-release', 'appears'],
  'Ping service: Share of failed-answers by version': ['bad-release', 'rises'],
  'Ping service: Share of slow-answers by version': ['bad-release', 'rises'],
  'Ping service: Durations of answers': ['bad-release', 'rises'],
  'Ping service: Duration of answers by version': ['bad-release', 'rises'],
  'Ping service: Answers per second by pod': ['one-endpoint', 'rises'],
  'Ping service: Share of failed-answers by pod': ['bad-release', 'rises'],
  'Ping service: Share of slow-answers by pod': ['bad-release', 'rises'],
  'Ping service: Event loop lag by pod': ['stalled-pod', 'rises'],
  'Ping service: Requests in progress by pod': ['bad-release', 'rises'],
  'Ping service: CPU by pod': ['flood', 'rises'],
  'Ping service: Memory by pod': ['bad-release', 'appears'],
  'Ping service: Restarts by pod': ['killed-pod', 'rises'],
  'Pinger: Pings per second': ['frozen-pods', 'falls'],
  'Pinger: Schedule error': ['late-pinger', 'rises'],
  'Pinger: Pings without an answer': ['killed-pod', 'rises'],
  'Pinger: Failures by outcome': ['bad-release', 'rises'],
  'Pinger: Pings in flight': ['frozen-pods', 'rises'],
  'Pinger: Latency of pings': ['bad-release', 'rises'],
  'Pinger: Latency felt and measured': ['bad-release', 'rises'],
  'Pinger: Spread over pods': ['one-endpoint', 'rises'],
  'Pinger: Unevenness': ['one-endpoint', 'rises'],
  'SLO: Budget left: failed-answers': ['bad-release', 'falls'],
  'SLO: Burn rate: failed-answers': ['outage', 'rises'],
  'SLO: Burn rate by version: failed-answers': ['bad-release', 'rises'],
  'SLO: Budget left: slow-answers': ['bad-release', 'falls'],
  'SLO: Burn rate: slow-answers': ['outage', 'rises'],
  'SLO: Burn rate by version: slow-answers': ['bad-release', 'rises'],
  'SLO: Alerts that fire': ['outage', 'rises'],
  'SLO: Answers in 15m: failed-answers': ['outage', 'rises'],
  'SLO: Answers in 15m: slow-answers': ['outage', 'rises'],
  'Platform: Targets that answer': ['frozen-pods', 'falls'],
  'Platform: Targets down': ['frozen-pods', 'rises'],
  'Platform: Pages that fire': ['outage', 'rises'],
  'Platform: Tickets that fire': ['aborted', 'rises'],
  'Platform: Prometheus: samples and exemplars per second': ['prometheus', 'rises'],
  'Platform: Prometheus: series': ['prometheus', 'rises'],
  'Platform: Prometheus: failures': ['prometheus', 'rises'],
  'Platform: Prometheus: slowest group of rules': ['prometheus', 'rises'],
  'Platform: Tempo: spans per second': ['no-spans', 'falls'],
  'Platform: Tempo: failures': ['tempo', 'rises'],
  'Platform: Tempo: series made from spans': ['tempo', 'rises'],
  'Platform: Service graph': ['tempo', 'rises'],
  'Platform: Argo Rollouts: events': ['aborted', 'rises'],
  'Platform: Argo Rollouts: failures': ['api-server', 'rises'],
  'Platform: Alertmanager: notifications': ['alertmanager', 'rises'],
  'Platform: Grafana: answers per second': ['grafana', 'rises'],
};

const release = 'name="ping-service",namespace="observed-rollouts"';
const slowAndFailed = serverRequestDuration([]).name;
const answer = (le?: number | '+Inf') =>
  [
    `${targetLabels.namespace}="observed-rollouts",${targetLabels.service}="${workloads.pingService}",${targetLabels.pod}="outage"`,
    `${targetLabels.version}="outage",${targetLabels.podTemplateHash}="outage"`,
    `http_request_method="GET",http_route="${paths.ping}",http_response_status_code="500"`,
    ...(le === undefined ? [] : [`le="${le}"`]),
  ].join(',');
const group = 'rule_group="/etc/prometheus/rules/service-level.yml;service-level-alerts"';

/** What the faults of the systems around change in their recorded metrics. */
export const recordedFaults: Readonly<Partial<Record<FaultName, readonly SeriesChange[]>>> = {
  outage: [
    { system: 'ping-service', series: `${slowAndFailed}_count{${answer()}}`, grows: 300 },
    { system: 'ping-service', series: `${slowAndFailed}_bucket{${answer('+Inf')}}`, grows: 300 },
    ...durationBuckets.map((le) => ({
      system: 'ping-service' as const,
      series: `${slowAndFailed}_bucket{${answer(le)}}`,
      grows: le > 1 ? 300 : 0,
    })),
  ],
  aborted: [
    {
      system: 'argo-rollouts',
      series: `rollout_info{${release},phase="Progressing",strategy="canary",traffic_router=""}`,
      ends: true,
    },
    {
      system: 'argo-rollouts',
      series: `rollout_info{${release},phase="Abort",strategy="canary",traffic_router=""}`,
      becomes: 1,
    },
    {
      system: 'argo-rollouts',
      series: `rollout_events_total{${release},reason="RolloutAborted",type="Warning"}`,
      grows: 5,
    },
    {
      system: 'argo-rollouts',
      series: 'analysis_run_info{name="ping-service-6c6966b9d8-28",namespace="observed-rollouts",phase="Running"}',
      ends: true,
    },
    {
      system: 'argo-rollouts',
      series: 'analysis_run_info{name="ping-service-6c6966b9d8-28",namespace="observed-rollouts",phase="Failed"}',
      becomes: 1,
    },
  ],
  'api-server': [
    { system: 'argo-rollouts', series: `rollout_reconcile_error{${release}}`, grows: 3 },
    {
      system: 'argo-rollouts',
      series:
        'controller_clientset_k8s_request_total{kind="rollouts",name="ping-service",namespace="observed-rollouts",status_code="500",verb="Patch"}',
      grows: 3,
    },
  ],
  prometheus: [
    { system: 'prometheus', series: `prometheus_rule_evaluation_failures_total{${group}}`, grows: 2 },
    { system: 'prometheus', series: `prometheus_rule_group_last_duration_seconds{${group}}`, becomes: 20 },
    { system: 'prometheus', series: 'prometheus_tsdb_head_series', becomes: 900_000 },
    { system: 'prometheus', series: 'prometheus_tsdb_head_samples_appended_total{type="float"}', grows: 200_000 },
  ],
  'no-spans': [{ system: 'tempo', series: 'tempo_distributor_spans_received_total{tenant="single-tenant"}', grows: 0 }],
  tempo: [
    {
      system: 'tempo',
      series: 'tempo_receiver_refused_spans{receiver="otlp/otlp_receiver",transport="http"}',
      grows: 10,
    },
    { system: 'tempo', series: 'tempo_discarded_spans_total{reason="rate_limited",tenant="single-tenant"}', grows: 10 },
    {
      system: 'tempo',
      series: 'tempo_metrics_generator_registry_active_series{tenant="single-tenant"}',
      becomes: 5_000,
    },
    {
      system: 'tempo-metrics-generator',
      series:
        'traces_service_graph_request_failed_total{__metrics_gen_instance="tempo-0",client="pinger",server="ping-service",instance=""}',
      grows: 500,
    },
  ],
  alertmanager: [
    {
      system: 'alertmanager',
      series:
        'alertmanager_notifications_failed_total{integration="webhook",reason="serverError",receiver_name="page"}',
      grows: 50,
    },
  ],
  grafana: [{ system: 'grafana', series: 'grafana_api_response_status_total{code="500"}', grows: 20 }],
};
