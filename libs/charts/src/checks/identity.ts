import { describe, type ManifestIndex } from './objects.ts';

const clusterScoped = [
  'Namespace',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterAnalysisTemplate',
  'PriorityClass',
];

/** Every object once, under a namespace when its kind has one. */
export function checkIdentity({ objects }: ManifestIndex): string[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const problems: string[] = [];
    const key = `${object.apiVersion.split('/')[0]} ${describe(object)}`;
    if (seen.has(key)) problems.push(`${describe(object)}: is defined twice, expected once; rename or remove one`);
    seen.add(key);
    const needsNamespace = !clusterScoped.includes(object.kind);
    if (needsNamespace && object.metadata.namespace === undefined) {
      problems.push(`${describe(object)}: got no namespace, expected one, since ${object.kind} lives in a namespace`);
    }
    if (!needsNamespace && object.metadata.namespace !== undefined) {
      problems.push(
        `${describe(object)}: got namespace ${object.metadata.namespace}, expected none, since ${object.kind} belongs to the cluster`,
      );
    }
    return problems;
  });
}
