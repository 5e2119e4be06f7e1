import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { parse, stringify } from 'yaml';
import type { PrometheusDeployment, ScrapeConfig } from './deployment.ts';
import { forVersion } from './older-versions.ts';

export interface LocalConfig {
  /** Path of the configuration file. */
  readonly path: string;
  readonly ruleFiles: readonly string[];
  /** Folder of the target files, one per namespace. */
  readonly targetsFolder: string;
  /** Namespaces that are watched for pods. */
  readonly namespaces: readonly string[];
  /** Keys that were left out because this version doesn't know them. */
  readonly dropped: readonly string[];
}

/**
 * Writes Prometheus' configuration for this host: as in the manifests, except that
 * - Kubernetes discovery becomes file-based discovery of the same pods with the same labels, so that relabelling really works;
 * - Alertmanagers and remote endpoints, which a rehearsal doesn't have, are left out;
 * - keys that an older Prometheus doesn't know are left out (see {@link newerKeys}).
 *
 * @param folder receives all files.
 */
export function writeLocalConfig(
  deployment: PrometheusDeployment,
  folder: string,
  version: readonly [number, number],
): LocalConfig {
  const targetsFolder = join(folder, 'targets');
  mkdirSync(targetsFolder, { recursive: true });
  const dropped: string[] = [];
  const ruleFiles = copyRules(deployment, folder, version, dropped);
  const { alerting: _alerting, remote_write: _write, remote_read: _read, ...config } = deployment.config;
  const scrapes = config.scrape_configs ?? [];
  const local = forVersion(
    {
      ...config,
      ...(config.rule_files ? { rule_files: config.rule_files.map((pattern) => join(folder, pattern)) } : {}),
      scrape_configs: scrapes.map((scrape) => withFileDiscovery(scrape, targetsFolder)),
    },
    version,
  );
  const path = join(folder, 'prometheus.yml');
  writeFileSync(path, stringify(local.document));
  const namespaces = [...new Set(scrapes.flatMap(namespacesOf))];
  return { path, ruleFiles, targetsFolder, namespaces, dropped: [...local.dropped, ...dropped] };
}

function copyRules(
  { config, files }: PrometheusDeployment,
  folder: string,
  version: readonly [number, number],
  dropped: string[],
): string[] {
  return [...files].flatMap(([path, text]) => {
    if (!config.rule_files?.some((pattern) => posix.matchesGlob(path, pattern))) return [];
    const rules = forVersion(parse(text) as unknown, version);
    dropped.push(...rules.dropped);
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, stringify(rules.document));
    return [target];
  });
}

function withFileDiscovery(scrape: ScrapeConfig, targetsFolder: string): Omit<ScrapeConfig, 'kubernetes_sd_configs'> {
  const { kubernetes_sd_configs: discovery, ...rest } = scrape;
  if (discovery === undefined) return rest;
  for (const { role, selectors } of discovery) {
    if (role === 'pod' && selectors === undefined) continue;
    throw new InputError([
      `Prometheus scrape job ${scrape.job_name}: got discovery of role ${role}${selectors ? ' with selectors' : ''}, expected role pod without selectors: nothing else is emulated`,
    ]);
  }
  const files = namespacesOf(scrape).map((namespace) => targetsFile(targetsFolder, namespace));
  return { ...rest, file_sd_configs: [{ files, refresh_interval: '5s' }] };
}

function namespacesOf({ kubernetes_sd_configs: discovery = [] }: ScrapeConfig): readonly string[] {
  return discovery.flatMap(({ namespaces }) => namespaces?.names ?? ['*']);
}

/** The file of one namespace's targets; of all, for discovery without namespaces. */
export function targetsFile(targetsFolder: string, namespace: string): string {
  return join(targetsFolder, `${namespace}.json`);
}
