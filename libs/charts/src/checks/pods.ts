import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { describe, type ManifestIndex, type Workload } from './objects.ts';

/** ConfigMaps that the cluster itself puts into every namespace. */
const clusterConfigMaps = ['kube-root-ca.crt'];

/** Pods refer to what exists, and each container states its image and its probes' ports. */
export function checkPods(manifests: ManifestIndex): string[] {
  return manifests.workloads.flatMap((workload) => [
    ...accountProblems(manifests, workload),
    ...volumeProblems(manifests, workload),
    ...workload.containers.flatMap((container) => [
      ...imageProblems(workload, container),
      ...nameProblems(workload, container),
      ...probeProblems(workload, container),
      ...environmentProblems(manifests, workload, container),
    ]),
  ]);
}

function where({ object }: Workload, { name }: IContainer): string {
  return `${describe(object)}: container ${name}`;
}

function accountProblems(manifests: ManifestIndex, { object, template }: Workload): string[] {
  const account = template.spec?.serviceAccountName;
  if (account === undefined) return [`${describe(object)}: got no serviceAccountName, expected an account of its own`];
  if (manifests.find('ServiceAccount', object.metadata.namespace, account) !== undefined) return [];
  return [
    `${describe(object)}: ServiceAccount ${account} doesn't exist in its namespace, expected it in the manifests`,
  ];
}

function volumeProblems(manifests: ManifestIndex, workload: Workload): string[] {
  const { object, template, containers } = workload;
  const volumes = template.spec?.volumes ?? [];
  const claims = (object['spec']?.volumeClaimTemplates ?? []) as readonly KubernetesObject[];
  const names = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
  const unknown = containers.flatMap((container) =>
    (container.volumeMounts ?? [])
      .filter(({ name }) => !names.includes(name))
      .map(({ name }) => `${where(workload, container)}: mounts volume ${name}, expected one of ${names.join(', ')}`),
  );
  const missing = volumes.flatMap(configMapsOf).filter((name) => isMissing(manifests, object, name));
  return [...unknown, ...missing.map((name) => missingConfigMap(describe(object), name))];
}

function configMapsOf({ configMap, projected }: IVolume): string[] {
  const sources = projected?.sources?.map((source) => source.configMap) ?? [];
  return [configMap, ...sources].flatMap((it) => (it?.name === undefined || it.optional === true ? [] : [it.name]));
}

function isMissing(manifests: ManifestIndex, { metadata }: KubernetesObject, name: string): boolean {
  return !clusterConfigMaps.includes(name) && manifests.find('ConfigMap', metadata.namespace, name) === undefined;
}

function missingConfigMap(place: string, name: string): string {
  return `${place}: ConfigMap ${name} doesn't exist in its namespace, expected it in the manifests`;
}

function imageProblems(workload: Workload, container: IContainer): string[] {
  const image = container.image ?? '';
  const pinned = /:(?!latest$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(image) || /@sha256:[0-9a-f]{64}$/.test(image);
  if (pinned) return [];
  return [
    `${where(workload, container)}: got image ${JSON.stringify(image)}, expected a tag other than latest or a digest, e.g. app:1.2.3`,
  ];
}

function nameProblems(workload: Workload, container: IContainer): string[] {
  return [
    ...duplicates((container.env ?? []).map(({ name }) => name)).map((it) => `variable ${it}`),
    ...duplicates((container.ports ?? []).flatMap(({ name }) => name ?? [])).map((it) => `port ${it}`),
  ].map((what) => `${where(workload, container)}: has ${what} twice, expected once`);
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function probeProblems(workload: Workload, container: IContainer): string[] {
  const ports = container.ports ?? [];
  return (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
    const port = container[kind]?.httpGet?.port ?? container[kind]?.tcpSocket?.port;
    if (port === undefined || ports.some(({ name, containerPort }) => port === name || port === containerPort))
      return [];
    const known = ports.map(({ name, containerPort }) => name ?? containerPort).join(', ');
    return [`${where(workload, container)}: ${kind} asks port ${port}, expected one of ${known}`];
  });
}

function environmentProblems(manifests: ManifestIndex, workload: Workload, container: IContainer): string[] {
  const names = [
    ...(container.envFrom ?? []).map(({ configMapRef }) => configMapRef),
    ...(container.env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef),
  ].flatMap((it) => (it?.name === undefined || it.optional === true ? [] : [it.name]));
  return names
    .filter((name) => isMissing(manifests, workload.object, name))
    .map((name) => missingConfigMap(where(workload, container), name));
}
