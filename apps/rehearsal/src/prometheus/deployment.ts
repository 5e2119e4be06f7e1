import { posix } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { z } from 'zod';
import { parse } from 'yaml';
import { readWith } from '../input/validation.ts';
import { type ManifestObject, type Manifests, whereIs } from '../manifests/manifests.ts';

const configFlag = '--config.file=';

const workload = z.looseObject({
  template: z.looseObject({
    spec: z.looseObject({
      containers: z.array(
        z.looseObject({
          args: z.array(z.string()).optional(),
          volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).optional(),
        }),
      ),
      volumes: z
        .array(z.looseObject({ name: z.string(), configMap: z.looseObject({ name: z.string() }).optional() }))
        .optional(),
    }),
  }),
});

/** Prometheus as the manifests deploy it. */
export interface PrometheusDeployment {
  readonly args: readonly string[];
  readonly config: PrometheusConfig;
  /** Where the configuration stands in the container. */
  readonly configPath: string;
  /** Texts of the mounted files by their path in the container. */
  readonly files: ReadonlyMap<string, string>;
}

/** `prometheus.yml`, as far as a rehearsal reads it. */
export interface PrometheusConfig {
  readonly rule_files?: readonly string[];
  readonly scrape_configs?: readonly ScrapeConfig[];
  readonly [key: string]: unknown;
}

export interface ScrapeConfig {
  readonly job_name: string;
  readonly kubernetes_sd_configs?: readonly {
    readonly role?: string;
    readonly namespaces?: { readonly names?: readonly string[] };
    readonly selectors?: unknown;
  }[];
  readonly [key: string]: unknown;
}

/** Errors: {@link InputError} when no workload of the manifests is a Prometheus, or its configuration isn't there. */
export function readDeployment(manifests: Manifests): PrometheusDeployment {
  const found = [...manifests.ofKind('StatefulSet'), ...manifests.ofKind('Deployment')].find(isPrometheus);
  if (!found) {
    throw new InputError([
      `${manifests.folder}: no Prometheus, expected a workload with the argument ${configFlag}…; run "npx nx run charts:synth"`,
    ]);
  }
  const where = whereIs(found);
  const { spec } = readWith(workload, found.object['spec'], `${where}: spec`).template;
  const container = spec.containers.find(({ args }) => args?.some((argument) => argument.startsWith(configFlag)));
  const args = container?.args ?? [];
  const configPath = (args.find((argument) => argument.startsWith(configFlag)) as string).slice(configFlag.length);
  const files = new Map<string, string>();
  for (const { name, mountPath } of container?.volumeMounts ?? []) {
    const configMap = spec.volumes?.find((volume) => volume.name === name)?.configMap;
    if (!configMap) continue;
    const { data = {} } = manifests.get('ConfigMap', configMap.name).object as { data?: Record<string, string> };
    for (const [key, text] of Object.entries(data)) files.set(posix.join(mountPath, key), text);
  }
  const text = files.get(configPath);
  if (text === undefined)
    throw new InputError([
      `${where}: ${configFlag}${configPath}: no ConfigMap puts a file there, found ${[...files.keys()].join(', ')}`,
    ]);
  return { args, config: parse(text) as PrometheusConfig, configPath, files };
}

function isPrometheus({ object }: ManifestObject): boolean {
  const { data } = workload.safeParse(object['spec']);
  return (
    data?.template.spec.containers.some(({ args }) => args?.some((argument) => argument.startsWith(configFlag))) ??
    false
  );
}
