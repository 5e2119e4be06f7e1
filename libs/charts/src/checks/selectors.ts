import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { podTemplateHashLabel } from '@observed-rollouts/contract';
import { describe, type ManifestIndex, showSelector } from './objects.ts';

/** Selectors match pods, and Services lead to ports that the pods have. */
export function checkSelectors(manifests: ManifestIndex): string[] {
  return [
    ...manifests.ofKind('Service').flatMap((service) => serviceProblems(manifests, service)),
    ...manifests.ofKind('PodDisruptionBudget', 'NetworkPolicy').flatMap((object) => targetProblems(manifests, object)),
    ...manifests.workloads.flatMap(({ object }) => ownSelectorProblems(manifests, object)),
  ];
}

function serviceProblems(manifests: ManifestIndex, service: KubernetesObject): string[] {
  const { selector, ports = [] } = service['spec'] ?? {};
  if (selector?.[podTemplateHashLabel] !== undefined) {
    return [`${describe(service)}: selector has ${podTemplateHashLabel}, expected none; the controller sets it`];
  }
  const selected = manifests.selectedBy(service.metadata.namespace, selector);
  if (selected.length === 0) return [noPods(service, selector)];
  const available = selected.flatMap(({ containers }) => containers.flatMap(({ ports: own = [] }) => own));
  return (ports as { name?: string; port: number; targetPort?: string | number }[]).flatMap((port) => {
    const target = port.targetPort ?? port.port;
    if (available.some(({ name, containerPort }) => target === name || target === containerPort)) return [];
    const known = available.map(({ name, containerPort }) => `${name ?? ''} (${containerPort})`).join(', ');
    return [`${describe(service)}: targetPort ${target} is no port of its pods, expected one of ${known}`];
  });
}

function targetProblems(manifests: ManifestIndex, object: KubernetesObject): string[] {
  const selector = (object['spec']?.selector ?? object['spec']?.podSelector)?.matchLabels;
  // A policy without labels is meant for every pod of its namespace.
  if (object.kind === 'NetworkPolicy' && selector === undefined) return [];
  return manifests.selectedBy(object.metadata.namespace, selector).length > 0 ? [] : [noPods(object, selector)];
}

function ownSelectorProblems(manifests: ManifestIndex, workload: KubernetesObject): string[] {
  const selector = workload['spec']?.selector?.matchLabels;
  const selected = manifests.selectedBy(workload.metadata.namespace, selector).map(({ object }) => object);
  if (!selected.includes(workload)) {
    return [
      `${describe(workload)}: selector ${showSelector(selector)} doesn't match its own pods, expected their labels`,
    ];
  }
  return selected
    .filter((other) => other !== workload)
    .map(
      (other) =>
        `${describe(workload)}: selector ${showSelector(selector)} also matches the pods of ${describe(other)}`,
    );
}

function noPods(object: KubernetesObject, selector: Record<string, string> | undefined): string {
  return `${describe(object)}: selector ${showSelector(selector)} matches no pods, expected those of a workload in its namespace`;
}
