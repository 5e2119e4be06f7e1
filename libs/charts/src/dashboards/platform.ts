import { platformPanelQueries as queries } from '@observed-rollouts/slo';
import { platformScrapeIntervalMs as scrapeIntervalMs } from '../constructs/prometheus-config.ts';
import type { DashboardSpec, Row } from './dashboard.ts';
import type { Line, PanelSpec } from './panel.ts';

const { prometheus, tempo, argoRollouts, alertmanager, grafana } = queries;

/** Counts of what should never happen. */
const noneIsFine: readonly Line[] = [{ value: 1, color: 'orange' }];
const zeroIsGreen: readonly Line[] = [
  { value: -Infinity, color: 'green' },
  { value: 1, color: 'red' },
];

/** Whether the systems that measure, judge, tell and show do their work. */
export function platformDashboard(): DashboardSpec {
  return {
    uid: 'observed-rollouts-platform',
    title: 'Platform',
    description: 'Do the systems that measure, judge, tell and show do their work themselves?',
    shows: '1h',
    variables: [],
    annotations: ['alerts'],
    rows: [
      { height: 3, panels: [{ ...targets, width: 12 }, targetsDown, pages, tickets] },
      { height: 5, panels: [samples, series, troubles, rules] },
      { height: 5, panels: [spans, lostSpans, generated, calls] },
      { height: 5, panels: [events, controller, notifications, answers] },
    ].map(ofPlatform),
  };
}

/** Every query here reads what the systems of the platform tell: no rate is asked for over less than their scrapes. */
function ofPlatform(row: Row): Row {
  return { ...row, panels: row.panels.map((panel) => ({ ...panel, scrapeIntervalMs })) };
}

const targets: PanelSpec = {
  draws: 'last',
  title: 'Targets that answer',
  description: 'Pods of each system and service that answer scrapes; 0 is red',
  unit: 'short',
  queries: [{ expr: queries.targetsUp, legend: '{{service}}' }],
  lines: [
    { value: -Infinity, color: 'red' },
    { value: 1, color: 'green' },
  ],
  alerts: ['PrometheusDown', 'AlertmanagerDown', 'TempoDown', 'GrafanaDown', 'ArgoRolloutsDown'],
};

const targetsDown: PanelSpec = {
  draws: 'last',
  title: 'Targets down',
  description: 'Pods that are found and do not answer',
  unit: 'short',
  queries: [{ expr: queries.targetsDown, legend: 'down' }],
  lines: zeroIsGreen,
  alerts: ['TargetDown'],
};

const pages = alerts('page', 'Pages that fire', 'Alerts that wake somebody');
const tickets = alerts('ticket', 'Tickets that fire', 'Alerts for working hours');

function alerts(severity: 'page' | 'ticket', title: string, description: string): PanelSpec {
  return {
    draws: 'last',
    title,
    description,
    unit: 'short',
    queries: [{ expr: queries.alertsFiring(severity), legend: severity }],
    lines: zeroIsGreen,
    alerts: ['Watchdog'],
  };
}

const samples: PanelSpec = {
  draws: 'lines',
  title: 'Prometheus: samples and exemplars per second',
  description:
    'What is stored; it falls when targets vanish, and exemplars fall to 0 when traces are no longer sampled',
  unit: 'short',
  queries: [
    { expr: prometheus.samples, legend: 'samples' },
    { expr: prometheus.exemplars, legend: 'exemplars' },
  ],
  alerts: ['TargetDown', 'PrometheusDiscoveryFailing'],
};

const series: PanelSpec = {
  draws: 'lines',
  title: 'Prometheus: series',
  description: 'Series in memory: each costs some kilobytes; a rise without new pods is a label with too many values',
  unit: 'short',
  queries: [{ expr: prometheus.series, legend: 'series' }],
  alerts: ['PrometheusScrapesRefused'],
};

const troubles: PanelSpec = {
  draws: 'lines',
  title: 'Prometheus: failures',
  description: 'Rules that failed or were skipped, writes to disk, scrapes and notifications that failed: none is fine',
  unit: 'short',
  queries: [
    { expr: prometheus.ruleFailures, legend: 'rules failed' },
    { expr: prometheus.rulesMissed, legend: 'rules skipped' },
    { expr: prometheus.walFailures, legend: 'writes failed' },
    { expr: prometheus.scrapesRefused, legend: 'scrapes refused' },
    { expr: prometheus.notificationsFailed, legend: 'notifications failed' },
  ],
  lines: noneIsFine,
  alerts: [
    'PrometheusRulesFailing',
    'PrometheusRulesMissed',
    'PrometheusStorageFailing',
    'PrometheusScrapesRefused',
    'PrometheusNotificationsFailing',
  ],
};

const rules: PanelSpec = {
  draws: 'lines',
  title: 'Prometheus: slowest group of rules',
  description:
    'Part of its interval that the slowest group takes: at 100 % evaluations are skipped, and alerts come late',
  unit: 'percentunit',
  queries: [{ expr: prometheus.slowestRules, legend: 'slowest group' }],
  lines: [{ value: 1, color: 'red' }],
  alerts: ['PrometheusRulesMissed'],
};

const spans: PanelSpec = {
  draws: 'lines',
  title: 'Tempo: spans per second',
  description: 'What Tempo receives: about three spans per ping that is sampled',
  unit: 'short',
  queries: [{ expr: tempo.spans, legend: 'received' }],
  alerts: ['TempoReceivesNoSpans'],
};

const lostSpans: PanelSpec = {
  draws: 'lines',
  title: 'Tempo: failures',
  description: 'Spans that were refused or thrown away, blocks and metrics that could not be written: none is fine',
  unit: 'short',
  queries: [
    { expr: tempo.refused, legend: 'spans refused' },
    { expr: tempo.discarded, legend: 'discarded: {{reason}}' },
    { expr: tempo.storageFailures, legend: 'blocks failed' },
    { expr: tempo.samplesNotWritten, legend: 'samples not written' },
  ],
  lines: noneIsFine,
  alerts: ['TempoRefusesSpans', 'TempoDiscardsSpans', 'TempoStorageFailing', 'TempoMetricsNotWritten'],
};

const generated: PanelSpec = {
  draws: 'lines',
  title: 'Tempo: series made from spans',
  description: 'Series that the metrics generator holds, and its bound: at the bound new ones are left out',
  unit: 'short',
  queries: [
    { expr: tempo.generatedSeries, legend: 'series' },
    { expr: tempo.mostSeries, legend: 'bound' },
  ],
  alerts: ['TempoSeriesLimited', 'TempoMetricsNotWritten'],
};

const calls: PanelSpec = {
  draws: 'lines',
  title: 'Service graph',
  description: 'Calls per second from service to service, and those that failed, as the traces tell it',
  unit: 'reqps',
  queries: [
    { expr: tempo.calls, legend: '{{client}} → {{server}}' },
    { expr: tempo.failedCalls, legend: '{{client}} → {{server}} failed' },
  ],
  alerts: ['TempoMetricsNotWritten'],
};

const events: PanelSpec = {
  draws: 'lines',
  title: 'Argo Rollouts: events',
  description: 'What the controller did, by reason',
  unit: 'short',
  queries: [{ expr: argoRollouts.events, legend: '{{reason}}' }],
  alerts: ['ReleaseAborted'],
};

const controller: PanelSpec = {
  draws: 'lines',
  title: 'Argo Rollouts: failures',
  description: 'Rollouts that could not be carried out, and requests that the API server refused: none is fine',
  unit: 'short',
  queries: [
    { expr: argoRollouts.reconcileErrors, legend: '{{name}}' },
    { expr: argoRollouts.refusedRequests, legend: 'HTTP {{status_code}}' },
  ],
  lines: noneIsFine,
  alerts: ['ReleaseNotReconciled', 'ArgoRolloutsDown'],
};

const notifications: PanelSpec = {
  draws: 'lines',
  title: 'Alertmanager: notifications',
  description: 'Notifications that were sent, those that failed, and the alerts that it holds',
  unit: 'short',
  queries: [
    { expr: alertmanager.sent, legend: 'sent: {{integration}}' },
    { expr: alertmanager.failed, legend: 'failed: {{integration}}' },
    { expr: alertmanager.alerts, legend: 'alerts: {{state}}' },
  ],
  alerts: ['AlertmanagerNotificationsFailing'],
};

const answers: PanelSpec = {
  draws: 'lines',
  title: 'Grafana: answers per second',
  description: 'Answers of Grafana’s API by status, and those of its data sources: 500 and above are failures',
  unit: 'reqps',
  queries: [
    { expr: grafana.answers, legend: 'API {{code}}' },
    { expr: grafana.fromSources, legend: 'data source {{code}}' },
  ],
  alerts: ['GrafanaDown'],
};
