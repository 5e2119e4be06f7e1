import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { KubernetesObject } from '../synth/kubernetes-object.ts';

/** How a message names an object: `Kind namespace/name`. */
export function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** A workload together with its pod template. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly template: IPodTemplateSpec;
  readonly containers: readonly IContainer[];
}

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Rollout'];

export function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return objects
    .filter(({ kind }) => workloadKinds.includes(kind))
    .map((object) => {
      const template = (object['spec']?.template ?? {}) as IPodTemplateSpec;
      const { containers = [], initContainers = [] } = template.spec ?? { containers: [] };
      return { object, template, containers: [...initContainers, ...containers] };
    });
}

/** A set of objects, each found by what others refer to it by: the checks take as long per object in a large set as in a small one. */
export class ManifestIndex {
  readonly objects: readonly KubernetesObject[];
  readonly workloads: readonly Workload[];
  readonly #byKind: ReadonlyMap<string, KubernetesObject[]>;
  readonly #byName: ReadonlyMap<string, KubernetesObject[]>;
  readonly #byPodLabel: ReadonlyMap<string, Workload[]>;

  constructor(objects: readonly KubernetesObject[]) {
    this.objects = objects;
    this.workloads = workloadsOf(objects);
    this.#byKind = Map.groupBy(objects, ({ kind }) => kind);
    this.#byName = Map.groupBy(objects, ({ kind, metadata }) => keyOf(kind, metadata.namespace, metadata.name));
    const labelled = this.workloads.flatMap((workload) =>
      Object.entries(workload.template.metadata?.labels ?? {}).map(([label, value]) => {
        return { workload, key: keyOf(workload.object.metadata.namespace, label, value) };
      }),
    );
    this.#byPodLabel = new Map(
      [...Map.groupBy(labelled, ({ key }) => key)].map(([key, them]) => [key, them.map(({ workload }) => workload)]),
    );
  }

  /** Kind by kind, each in the order of the set. */
  ofKind(...kinds: string[]): KubernetesObject[] {
    return kinds.flatMap((kind) => this.#byKind.get(kind) ?? []);
  }

  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#byName.get(keyOf(kind, namespace, name))?.[0];
  }

  /** Workloads of one namespace whose pods a label selector matches; an empty selector matches none, so that it is never right by accident. */
  selectedBy(namespace: string | undefined, selector: Readonly<Record<string, string>> | undefined): Workload[] {
    const wanted = Object.entries(selector ?? {});
    // The rarest label leaves the fewest to look at.
    const [candidates = []] = wanted
      .map(([label, value]) => this.#byPodLabel.get(keyOf(namespace, label, value)) ?? [])
      .sort((a, b) => a.length - b.length);
    return candidates.filter(({ template }) =>
      wanted.every(([label, value]) => template.metadata?.labels?.[label] === value),
    );
  }
}

/** No part of a key holds a NUL. */
function keyOf(...parts: (string | undefined)[]): string {
  return parts.map((part) => part ?? '').join('\0');
}

/** A selector as a message shows it: `a=b,c=d`. */
export function showSelector(selector: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${value}`);
  return pairs.length === 0 ? 'none' : pairs.join(',');
}
