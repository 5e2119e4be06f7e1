import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { checkAnalyses } from './analyses.ts';
import { checkIdentity } from './identity.ts';
import { ManifestIndex } from './objects.ts';
import { checkPermissions } from './permissions.ts';
import { checkPods } from './pods.ts';
import { checkRollouts } from './rollouts.ts';
import { checkSelectors } from './selectors.ts';

/** Everything that is wrong with a set of manifests; the message lists each problem on a line of its own. */
export class ManifestError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`manifests: ${count}\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ManifestError';
    this.problems = problems;
  }
}

const rules = [checkIdentity, checkSelectors, checkPods, checkPermissions, checkRollouts, checkAnalyses];

/** Every problem that the cluster would accept in silence, or refuse only after the fact; empty when there is none. */
export function checkManifests(objects: readonly KubernetesObject[]): string[] {
  const manifests = new ManifestIndex(objects);
  return rules.flatMap((rule) => rule(manifests));
}
