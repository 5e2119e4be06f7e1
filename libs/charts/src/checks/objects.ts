import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { KubernetesObject } from '../synth/kubernetes-object.ts';

/** How a message names an object: `Kind namespace/name`. */
export function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

export function ofKind(objects: readonly KubernetesObject[], ...kinds: string[]): KubernetesObject[] {
  return objects.filter(({ kind }) => kinds.includes(kind));
}

export function findObject(
  objects: readonly KubernetesObject[],
  kind: string,
  namespace: string | undefined,
  name: string,
): KubernetesObject | undefined {
  return objects.find(
    (object) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name,
  );
}

/** A workload together with its pod template. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly template: IPodTemplateSpec;
  readonly containers: readonly IContainer[];
}

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Rollout'];

export function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return ofKind(objects, ...workloadKinds).map((object) => {
    const template = (object['spec']?.template ?? {}) as IPodTemplateSpec;
    const { containers = [], initContainers = [] } = template.spec ?? { containers: [] };
    return { object, template, containers: [...initContainers, ...containers] };
  });
}

/** Workloads of one namespace whose pods a label selector matches; an empty selector matches none, so that it is never right by accident. */
export function selectedWorkloads(
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
  selector: Readonly<Record<string, string>> | undefined,
): Workload[] {
  const wanted = Object.entries(selector ?? {});
  if (wanted.length === 0) return [];
  return workloadsOf(objects).filter(
    ({ object, template }) =>
      object.metadata.namespace === namespace &&
      wanted.every(([label, value]) => template.metadata?.labels?.[label] === value),
  );
}

/** A selector as a message shows it: `a=b,c=d`. */
export function showSelector(selector: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${value}`);
  return pairs.length === 0 ? 'none' : pairs.join(',');
}
