import { InputError } from '@observed-rollouts/command-line';
import { formatDuration, workloads } from '@observed-rollouts/contract';
import type { PrometheusDeployment, ScrapeConfig } from '../prometheus/deployment.ts';
import { ownNamespace } from './own-manifests.ts';
import type { OwnService } from './service-file.ts';

/**
 * Prometheus for an own service: as in the manifests, with one more job for its pods. The job is the one that scrapes the pinger, with the file's path
 * and interval, so that its targets get the very same labels. Rules are left out: they are ping-service's.
 *
 * Errors: {@link InputError} when no job of the manifests scrapes the pinger's namespace.
 */
export function ownPrometheus(
  { file, settings }: OwnService,
  deployment: PrometheusDeployment,
  pingerNamespace: string,
): PrometheusDeployment {
  const { rule_files: _rules, scrape_configs: scrapes = [], ...config } = deployment.config;
  const base = scrapes.find((scrape) => namespacesOf(scrape).includes(pingerNamespace));
  if (!base) {
    throw new InputError([
      `${file}: no Prometheus job of the manifests scrapes the ${workloads.pinger}'s namespace ${pingerNamespace}, expected one to copy for ${settings.name}`,
    ]);
  }
  const interval = formatDuration(settings.promise.lookInterval);
  const own: ScrapeConfig = {
    ...base,
    job_name: settings.name,
    metrics_path: settings.metrics.path,
    scrape_interval: interval,
    scrape_timeout: interval,
    // Prometheus 3 refuses an answer without a known content type; many small services give none.
    fallback_scrape_protocol: 'PrometheusText0.0.4',
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [ownNamespace] } }],
  };
  return { ...deployment, config: { ...config, scrape_configs: [...scrapes, own] } };
}

function namespacesOf({ kubernetes_sd_configs: discovery = [] }: ScrapeConfig): readonly string[] {
  return discovery.flatMap(({ namespaces }) => namespaces?.names ?? []);
}
