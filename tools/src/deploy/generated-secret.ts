import { randomBytes } from 'node:crypto';
import { DeployError, exitCodes } from './deploy-error.ts';
import { indent } from './cluster.ts';
import type { Kubectl } from './kubectl.ts';
import type { KubernetesObject } from './manifests.ts';

/** Annotation of a workload that runs without a certain Secret, and says what it would hold. */
export const generatedSecretAnnotation = 'observed-rollouts/generated-secret';

/** Content of the annotation, as JSON. */
interface GeneratedSecret {
  readonly name: string;
  /** Values that are no secret. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Keys that get a random value each. */
  readonly random: readonly string[];
}

/**
 * Creates the Secrets that workloads ask for and that don't exist yet, so that no password stands in a manifest; an existing one is kept.
 *
 * Shape:  one line per created Secret, with the command that reads it.
 * Errors: DeployError when the server refuses.
 */
export async function createMissingSecrets(kubectl: Kubectl, objects: readonly KubernetesObject[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { metadata } of objects) {
    const annotation = metadata.annotations?.[generatedSecretAnnotation];
    if (annotation === undefined || metadata.namespace === undefined) continue;
    const secret = JSON.parse(annotation) as GeneratedSecret;
    if (await createIfMissing(kubectl, metadata.namespace, secret)) {
      lines.push(
        `secret ${metadata.namespace}/${secret.name} created; kubectl -n ${metadata.namespace} get secret ${secret.name} -o yaml shows it (base64)`,
      );
    }
  }
  return lines;
}

async function createIfMissing(
  kubectl: Kubectl,
  namespace: string,
  { name, fixed, random }: GeneratedSecret,
): Promise<boolean> {
  const found = await kubectl.run(['get', 'secret', name, '-n', namespace, '--ignore-not-found', '-o', 'name']);
  if (found.code !== 0)
    throw new DeployError(`secret ${namespace}/${name}:\n${indent(found.stderr)}`, exitCodes.notReady);
  if (found.stdout.trim() !== '') return false;
  const drawn = Object.fromEntries(random.map((key) => [key, randomBytes(24).toString('base64url')]));
  const manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: { ...fixed, ...drawn },
  };
  // Over standard input: an argument would show in the list of processes.
  const { code, stderr } = await kubectl.run(['create', '-f', '-'], JSON.stringify(manifest));
  if (code !== 0) throw new DeployError(`secret ${namespace}/${name}:\n${indent(stderr)}`, exitCodes.notReady);
  return true;
}
