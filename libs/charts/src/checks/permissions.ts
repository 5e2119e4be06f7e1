import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { describe, findObject, ofKind } from './objects.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Bindings lead from an account that exists to a role that exists, and no role takes everything. */
export function checkPermissions(objects: readonly KubernetesObject[]): string[] {
  return [
    ...ofKind(objects, 'RoleBinding', 'ClusterRoleBinding').flatMap((binding) => bindingProblems(objects, binding)),
    ...ofKind(objects, 'Role', 'ClusterRole').flatMap(roleProblems),
  ];
}

function bindingProblems(objects: readonly KubernetesObject[], binding: KubernetesObject): string[] {
  const { kind, name } = binding['roleRef'] as { kind: string; name: string };
  const namespace = kind === 'ClusterRole' ? undefined : binding.metadata.namespace;
  const problems = ((binding['subjects'] ?? []) as Subject[])
    .filter((it) => it.kind === 'ServiceAccount' && !findObject(objects, 'ServiceAccount', it.namespace, it.name))
    .map(
      (it) =>
        `${describe(binding)}: ServiceAccount ${it.namespace ?? ''}/${it.name} doesn't exist, expected it in the manifests`,
    );
  if (!findObject(objects, kind, namespace, name)) {
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
