import { targetLabels, workloads } from '@observed-rollouts/contract';
import { analysisArguments } from '@observed-rollouts/slo';
import { manifestOf } from '../harness/manifests.ts';

/** A query of an analysis as a controller sends it. */
export interface AnalysisQuery {
  readonly metric: string;
  readonly query: string;
}

export interface Versions {
  readonly namespace: string;
  readonly canaryHash: string;
  readonly stableHash: string;
}

interface TemplateSpec {
  readonly metrics: readonly {
    readonly name: string;
    readonly provider: { readonly prometheus: { readonly query: string } };
  }[];
}

/** The queries of ping-service's gate and watch from the manifests in a folder. */
export function analysisQueries(versions: Versions, manifests: string): readonly AnalysisQuery[] {
  const templates = ['gate', 'watch'].map((kind) =>
    manifestOf('AnalysisTemplate', `${workloads.pingService}-${kind}`, manifests),
  );
  return templates.flatMap(({ spec }) =>
    (spec as unknown as TemplateSpec).metrics.map(({ name, provider }) => ({
      metric: name,
      query: withArguments(provider.prometheus.query, versions),
    })),
  );
}

function withArguments(query: string, { namespace, canaryHash, stableHash }: Versions): string {
  const values = { namespace, canaryHash, stableHash };
  return Object.entries(analysisArguments).reduce(
    (text, [key, { name }]) => text.replaceAll(`{{args.${name}}}`, values[key as keyof typeof values]),
    query,
  );
}

/** Labels as pod discovery knows them before relabelling. */
export function discoveredLabels(pod: string, hash: string, namespace: string, path: string): Record<string, string> {
  return {
    __metrics_path__: path,
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_name: pod,
    __meta_kubernetes_pod_phase: 'Running',
    __meta_kubernetes_pod_ready: 'true',
    __meta_kubernetes_pod_container_init: 'false',
    __meta_kubernetes_pod_container_name: workloads.pingService,
    __meta_kubernetes_pod_container_port_name: 'metrics',
    __meta_kubernetes_pod_label_app_kubernetes_io_name: workloads.pingService,
    __meta_kubernetes_pod_label_app_kubernetes_io_version: 'bench',
    [`__meta_kubernetes_pod_label_${targetLabels.podTemplateHash}`]: hash,
  };
}
