import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cannotRun } from './deploy-error.ts';

/** A Kubernetes object as plain data. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The objects of a folder by the phase in which they can be applied. */
export interface Manifests {
  readonly definitions: readonly KubernetesObject[];
  readonly namespaces: readonly KubernetesObject[];
  readonly rest: readonly KubernetesObject[];
}

/**
 * Reads every YAML file of a folder, in the order of the names.
 *
 * Errors: DeployError that names the folder or every unreadable file.
 */
export function readManifests(dir: string): Manifests {
  const objects = listFiles(dir).flatMap((file) => parseFile(join(dir, file)));
  const isPhase = (kind: string) => (object: KubernetesObject) => object.kind === kind;
  return {
    definitions: objects.filter(isPhase('CustomResourceDefinition')),
    namespaces: objects.filter(isPhase('Namespace')),
    rest: objects.filter(({ kind }) => kind !== 'CustomResourceDefinition' && kind !== 'Namespace'),
  };
}

function listFiles(dir: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(dir);
  } catch (error) {
    throw cannotRun(
      `--dir: cannot read ${dir} (${(error as NodeJS.ErrnoException).code}), expected a folder with manifests`,
    );
  }
  const files = entries.filter((entry) => /\.ya?ml$/.test(entry)).sort();
  if (files.length === 0) throw cannotRun(`--dir: got no YAML file in ${dir}, expected manifests; run npm run synth`);
  return files;
}

function parseFile(path: string): KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'));
  return [...documents].flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw cannotRun(`${path}: not readable as YAML: ${problem.message.split('\n')[0]}`);
    const object = document.toJS() as KubernetesObject | null;
    if (object === null) return [];
    if (typeof object.kind !== 'string' || typeof object.metadata?.name !== 'string') {
      throw cannotRun(`${path}: got a document without kind or metadata.name, expected a Kubernetes object`);
    }
    return [object];
  });
}

/** Several objects as the one input that `kubectl apply -f -` reads. */
export function asList(objects: readonly KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}

/** `namespace/Kind name` as messages name an object. */
export function describeObject({ kind, metadata }: KubernetesObject): string {
  return `${kind.toLowerCase()} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
