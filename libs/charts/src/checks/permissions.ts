import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { describe, type ManifestIndex } from './objects.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Bindings lead from an account that exists to a role that exists, and no role takes everything. */
export function checkPermissions(manifests: ManifestIndex): string[] {
  return [
    ...manifests.ofKind('RoleBinding', 'ClusterRoleBinding').flatMap((binding) => bindingProblems(manifests, binding)),
    ...manifests.ofKind('Role', 'ClusterRole').flatMap(roleProblems),
  ];
}

function bindingProblems(manifests: ManifestIndex, binding: KubernetesObject): string[] {
  const { kind, name } = binding['roleRef'] as { kind: string; name: string };
  const namespace = kind === 'ClusterRole' ? undefined : binding.metadata.namespace;
  const problems = ((binding['subjects'] ?? []) as Subject[])
    .filter((it) => it.kind === 'ServiceAccount' && !manifests.find('ServiceAccount', it.namespace, it.name))
    .map(
      (it) =>
        `${describe(binding)}: ServiceAccount ${it.namespace ?? ''}/${it.name} doesn't exist, expected it in the manifests`,
    );
  if (!manifests.find(kind, namespace, name)) {
    problems.push(`${describe(binding)}: ${kind} ${name} doesn't exist, expected it in the manifests`);
  }
  return problems;
}

function roleProblems(role: KubernetesObject): string[] {
  const rules = (role['rules'] ?? []) as Record<'apiGroups' | 'resources' | 'verbs', string[] | undefined>[];
  return (['apiGroups', 'resources', 'verbs'] as const)
    .filter((part) => rules.some((rule) => rule[part]?.includes('*') === true))
    .map((part) => `${describe(role)}: ${part} holds "*", expected the names that are needed`);
}
