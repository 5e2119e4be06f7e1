import { exemplarLabels, serverRequestDuration, targetLabels } from '@observed-rollouts/contract';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** References by the fixed uid, by which dashboards and links name a data source. */
export const dataSources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  tempo: { type: 'tempo', uid: 'tempo' },
} as const satisfies Record<string, DataSourceRef>;

/** Where Grafana reaches the data, and how often Prometheus scrapes it. */
export interface DataSourceProps {
  readonly prometheusUrl: string;
  readonly tempoUrl: string;
  readonly scrapeIntervalMs: number;
}

const window = '$$__rate_interval';
const answered = `${serverRequestDuration([]).name}_count`;

/** What a span's service did around it, by Tempo's metrics of spans and by its own; `$$` is a literal `$` in provisioning files. */
const spanQueries = [
  {
    name: 'Spans per second',
    query: `sum by (span_name) (rate(traces_spanmetrics_calls_total{$$__tags}[${window}]))`,
  },
  {
    name: 'Duration of spans, 90th percentile',
    query: `histogram_quantile(0.9, sum by (le, span_name) (rate(traces_spanmetrics_latency_bucket{$$__tags}[${window}])))`,
  },
  {
    name: 'Answers per second by version and status',
    query: `sum by (${targetLabels.version}, http_response_status_code) (rate(${answered}{$$__tags}[${window}]))`,
  },
];

/** Grafana's provisioning file of data sources as plain data: metrics link to traces by exemplars, traces back to metrics. */
export function dataSourceProvisioning({ prometheusUrl, tempoUrl, scrapeIntervalMs }: DataSourceProps): object {
  const { prometheus, tempo } = dataSources;
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        ...common('Prometheus', prometheus, prometheusUrl),
        isDefault: true,
        jsonData: {
          httpMethod: 'POST',
          prometheusType: 'Prometheus',
          // Drives $__rate_interval: at least four scrapes.
          timeInterval: `${scrapeIntervalMs / 1000}s`,
          exemplarTraceIdDestinations: [
            { name: exemplarLabels.traceId, datasourceUid: tempo.uid, urlDisplayLabel: 'Open the trace' },
          ],
        },
      },
      {
        ...common('Tempo', tempo, tempoUrl),
        jsonData: {
          serviceMap: { datasourceUid: prometheus.uid },
          nodeGraph: { enabled: true },
          streamingEnabled: { search: true, metrics: true },
          tracesToMetrics: {
            datasourceUid: prometheus.uid,
            spanStartTimeShift: '-5m',
            spanEndTimeShift: '5m',
            tags: [{ key: 'service.name', value: 'service' }],
            queries: spanQueries,
          },
        },
      },
    ],
  };
}

function common(name: string, { type, uid }: { type: string; uid: string }, url: string): object {
  return { name, type, uid, url, access: 'proxy', editable: false, orgId: 1 };
}
