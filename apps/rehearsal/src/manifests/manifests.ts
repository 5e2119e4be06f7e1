import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { InputError, Problems } from '@observed-rollouts/command-line';

/** One Kubernetes object as it stands in a file. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface ManifestObject {
  /** Path of the file, as the user gave its folder. */
  readonly file: string;
  readonly object: KubernetesObject;
}

/** The objects of a folder of synthesized manifests. */
export class Manifests {
  readonly folder: string;
  readonly objects: readonly ManifestObject[];

  constructor(folder: string, objects: readonly ManifestObject[]) {
    this.folder = folder;
    this.objects = objects;
  }

  ofKind(kind: string): readonly ManifestObject[] {
    return this.objects.filter(({ object }) => object.kind === kind);
  }

  find(kind: string, name: string): ManifestObject | undefined {
    return this.ofKind(kind).find(({ object }) => object.metadata.name === name);
  }

  /** Errors: {@link InputError} that names what the folder has of that kind. */
  get(kind: string, name: string): ManifestObject {
    const found = this.find(kind, name);
    if (found) return found;
    const names = this.ofKind(kind).map(({ object }) => object.metadata.name);
    const available = names.length === 0 ? 'none' : names.join(', ');
    throw new InputError([
      `${this.folder}: no ${kind} named ${name}, found ${available}; run "npx nx run charts:synth"`,
    ]);
  }
}

/** Where an object stands, for errors: `dist/manifests/40-ping-service.yaml: Rollout ping-service`. */
export function whereIs({ file, object }: ManifestObject): string {
  return `${file}: ${object.kind} ${object.metadata.name}`;
}

/**
 * Reads every `*.yaml` of a folder, several documents per file.
 *
 * Errors: {@link InputError} with every unreadable file and every document that isn't a Kubernetes object.
 */
export function readManifests(folder: string): Manifests {
  const problems = new Problems();
  const files = listYamlFiles(folder);
  const objects = files.flatMap((name) => problems.collect(() => readObjects(join(folder, name))) ?? []);
  problems.throwIfAny();
  return new Manifests(folder, objects);
}

function listYamlFiles(folder: string): readonly string[] {
  const files = tryList(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  if (files.length === 0) {
    throw new InputError([`${folder}: no manifests, expected YAML files; run "npx nx run charts:synth"`]);
  }
  return files;
}

function tryList(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new InputError([
      `${folder}: ${reasonOf(error)}, expected a folder of manifests; run "npx nx run charts:synth"`,
    ]);
  }
}

function readObjects(file: string): ManifestObject[] {
  const problems = new Problems();
  const objects: ManifestObject[] = [];
  for (const document of parseAllDocuments(readText(file))) {
    const [error] = 'errors' in document ? document.errors : [];
    if (error) {
      problems.add(`${file}: not valid YAML: ${error.message.split('\n')[0]}`);
      continue;
    }
    const value: unknown = document.toJS();
    if (value === null) continue;
    if (isKubernetesObject(value)) objects.push({ file, object: value });
    else problems.add(`${file}: a document without kind and metadata.name, expected a Kubernetes object`);
  }
  problems.throwIfAny();
  return objects;
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('metadata' in value)) return false;
  const { kind, metadata } = value;
  return typeof kind === 'string' && typeof (metadata as { name?: unknown } | null)?.name === 'string';
}

/** Errors: {@link InputError} with the system's reason. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([`${file}: ${reasonOf(error)}, expected a readable file`]);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'not found',
  EACCES: 'permission denied',
  ENOTDIR: 'not a folder',
  EISDIR: 'is a folder',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
