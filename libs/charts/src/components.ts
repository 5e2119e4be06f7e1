import { nameLabel, otlp, platformServices, workloads } from '@observed-rollouts/contract';

/** Namespaces by what lives in them. */
export const namespaces = {
  controller: 'argo-rollouts',
  observability: 'observability',
  apps: 'observed-rollouts',
} as const;
export type NamespaceName = (typeof namespaces)[keyof typeof namespaces];

/** One system of the picture: its object name, namespace, and the role that it plays. */
export interface SystemIdentity {
  readonly name: string;
  readonly namespace: string;
  /** `app.kubernetes.io/component`. */
  readonly component: string;
}

/** Every system of the picture. */
export const systems = {
  argoRollouts: {
    name: platformServices.argoRollouts,
    namespace: namespaces.controller,
    component: 'rollouts-controller',
  },
  prometheus: { name: platformServices.prometheus, namespace: namespaces.observability, component: 'metrics' },
  alertmanager: { name: platformServices.alertmanager, namespace: namespaces.observability, component: 'alerts' },
  tempo: { name: platformServices.tempo, namespace: namespaces.observability, component: 'traces' },
  grafana: { name: platformServices.grafana, namespace: namespaces.observability, component: 'dashboards' },
  pingService: { name: workloads.pingService, namespace: namespaces.apps, component: 'service' },
  pinger: { name: workloads.pinger, namespace: namespaces.apps, component: 'prober' },
} as const satisfies Record<string, SystemIdentity>;

/**
 * Ports of the platform's systems; the workloads' are the contract's.
 * A port named `metrics` or `http-metrics` is what pod discovery scrapes at `/metrics`.
 */
export const platformPorts = {
  prometheus: { name: 'http-metrics', number: 9090 },
  alertmanager: { name: 'http-metrics', number: 9093 },
  tempo: { name: 'http-metrics', number: 3200 },
  tempoOtlpGrpc: { name: 'otlp-grpc', number: otlp.grpcPort },
  tempoOtlpHttp: { name: 'otlp-http', number: otlp.httpPort },
  grafana: { name: 'http-metrics', number: 3000 },
  argoRollouts: { name: 'metrics', number: 8090 },
  argoRolloutsHealth: { name: 'healthz', number: 8080 },
} as const;

/** Labels that name one system's pods for ever: they are in selectors, which can't be changed. */
export function selectorLabels({ name }: SystemIdentity): Record<string, string> {
  return { [nameLabel]: name, 'app.kubernetes.io/instance': name };
}

/** Labels of every object and pod of a system (Kubernetes' recommended labels). */
export function recommendedLabels(system: SystemIdentity): Record<string, string> {
  return {
    ...selectorLabels(system),
    'app.kubernetes.io/component': system.component,
    'app.kubernetes.io/part-of': 'observed-rollouts',
    'app.kubernetes.io/managed-by': 'cdk8s',
  };
}

/** Base URL of a system's Service as seen from any namespace of the cluster. */
export function serviceUrl({ name, namespace }: SystemIdentity, port: { readonly number: number }): string {
  return `http://${name}.${namespace}.svc:${port.number}`;
}

/** Name of a pod label in Prometheus' pod discovery: every character outside letters, digits and `_` becomes `_`. */
export function discoveredPodLabel(label: string): string {
  return `__meta_kubernetes_pod_label_${label.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
}

/** A label of the pod as a field path of the downward API. */
export function labelFieldPath(label: string): string {
  return `metadata.labels['${label}']`;
}
