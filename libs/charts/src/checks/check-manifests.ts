import type { KubernetesObject } from '../synth/write-manifests.ts';

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

export function checkManifests(_objects: readonly KubernetesObject[]): string[] {
  return [];
}
