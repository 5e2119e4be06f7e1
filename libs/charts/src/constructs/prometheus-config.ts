import { nameLabel, paths, podTemplateHashLabel, ports, targetLabels } from '@observed-rollouts/contract';
import { discoveredPodLabel } from '../components.ts';

/** Pods of one namespace that are scraped at their ports named `metrics` or `http-metrics`. */
export interface PodScrape {
  readonly job: string;
  readonly namespace: string;
  readonly intervalMs: number;
  /** Keeps labels that the pods set themselves where they clash with the target's, as a controller's metrics about other namespaces do. */
  readonly honorLabels?: boolean;
}

/** Where the rule files are mounted. */
export const rulesFolder = '/etc/prometheus/rules';

/** Interval of what no release is judged by. */
export const platformScrapeIntervalMs = 15_000;

/** Relabelling step of a scrape, in the words of Prometheus' configuration. */
interface RelabelStep {
  readonly source_labels: readonly string[];
  readonly regex?: string;
  readonly action?: 'keep' | 'drop';
  readonly target_label?: string;
}

/**
 * Prometheus' configuration file as plain data.
 *
 * @param alertmanager base URL of what is told of alerts; absent: they are only shown.
 */
export function prometheusConfig(scrapes: readonly PodScrape[], alertmanager?: string): object {
  return {
    global: {
      scrape_interval: seconds(platformScrapeIntervalMs),
      evaluation_interval: seconds(platformScrapeIntervalMs),
    },
    rule_files: [`${rulesFolder}/*.yml`],
    ...(alertmanager !== undefined && { alerting: { alertmanagers: [alertmanagerAt(new URL(alertmanager))] } }),
    storage: { exemplars: { max_exemplars: 100_000 } },
    scrape_configs: scrapes.map(scrapeConfig),
  };
}

function alertmanagerAt({ protocol, host, pathname }: URL): object {
  return {
    scheme: protocol.replace(':', ''),
    ...(pathname !== '/' && { path_prefix: pathname }),
    // Shorter than the interval of the rules, so that one that hangs doesn't hold the next alerts up.
    timeout: '5s',
    static_configs: [{ targets: [host] }],
  };
}

function scrapeConfig({ job, namespace, intervalMs, honorLabels }: PodScrape): object {
  return {
    job_name: job,
    ...(honorLabels && { honor_labels: true }),
    scrape_interval: seconds(intervalMs),
    // A scrape must end before the next is due.
    scrape_timeout: seconds(Math.min(intervalMs, 10_000)),
    metrics_path: paths.metrics,
    // Far above what a pod shows; a pod that floods loses its scrape, not the server.
    sample_limit: 20_000,
    label_limit: 40,
    label_value_length_limit: 512,
    body_size_limit: '16MB',
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
    relabel_configs: podRelabelling(),
  };
}

/** Every declared port of every container is a candidate: this keeps the right ones and names them as the contract does. */
function podRelabelling(): RelabelStep[] {
  return [
    { source_labels: ['__meta_kubernetes_pod_container_init'], regex: 'true', action: 'drop' },
    // Not "Ready": a canary that fails its readiness is what one wants to see.
    { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Running', action: 'keep' },
    {
      source_labels: ['__meta_kubernetes_pod_container_port_name'],
      regex: `(http-)?${ports.metrics.name}`,
      action: 'keep',
    },
    copyLabel('__meta_kubernetes_namespace', targetLabels.namespace),
    copyLabel('__meta_kubernetes_pod_name', targetLabels.pod),
    copyLabel('__meta_kubernetes_pod_container_name', targetLabels.container),
    copyLabel(discoveredPodLabel(nameLabel), targetLabels.service),
    copyLabel(discoveredPodLabel('app.kubernetes.io/version'), targetLabels.version),
    copyLabel(discoveredPodLabel(podTemplateHashLabel), targetLabels.podTemplateHash),
  ];
}

/** A label that is absent stays absent instead of becoming empty. */
function copyLabel(source: string, target: string): RelabelStep {
  return { source_labels: [source], regex: '(.+)', target_label: target };
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}
