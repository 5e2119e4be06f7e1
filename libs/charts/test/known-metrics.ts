import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MetricDefinition, workloadMetrics } from '@observed-rollouts/contract';

const upstream = join(import.meta.dirname, '../../slo/upstream');

/** Series that Prometheus makes itself. Source: its documentation on jobs and instances, and on alerting rules. */
const ofPrometheusItself = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
  'ALERTS',
  'ALERTS_FOR_STATE',
];

/** Every metric that can exist: the contract's, those of recorded output and of the systems' sources, and Prometheus' own. */
export function knownMetrics(): ReadonlySet<string> {
  const recorded = readdirSync(upstream)
    .filter((file) => file.endsWith('.prom'))
    .flatMap((file) => metricsOfText(readFileSync(join(upstream, file), 'utf8')));
  const declared = readFileSync(join(upstream, 'declared.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ')[0] as string);
  const contract = Object.values(workloadMetrics).flat().flatMap(seriesNames);
  return new Set([...ofPrometheusItself, ...recorded, ...declared, ...contract]);
}

/** Series of one metric of the contract; without one, those that every process of Node exposes and a target has. */
export function namesOfProcesses(metric?: MetricDefinition): readonly string[] {
  if (metric) return seriesNames(metric);
  return ['up', ...metricsOfText(readFileSync(join(upstream, 'ping-service.prom'), 'utf8'))];
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

function seriesNames({ name, type }: Pick<MetricDefinition, 'name'> & { readonly type: string }): string[] {
  return (suffixes[type] ?? ['']).map((suffix) => `${name}${suffix}`);
}

/** A metric without series yet has a TYPE line; stored series have none. */
function metricsOfText(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, name, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) return seriesNames({ name, type });
    return /^[a-zA-Z_:][\w:]*/.exec(line) ?? [];
  });
}
