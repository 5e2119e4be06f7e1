import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from './workspace-root.ts';

/** A Kubernetes object, as far as the bench reads it. */
export interface ManifestObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The manifests of the workspace. */
export const committedManifests = join(root, 'dist', 'manifests');

/** One object of synthesized manifests. Errors: throws when there is none. */
export function manifestOf(kind: string, name: string, folder = committedManifests): ManifestObject {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    // Parsing all of it would take seconds.
    if (!text.includes(`kind: ${kind}\n`) || !text.includes(`name: ${name}\n`)) continue;
    const objects = parseAllDocuments(text).map((document) => document.toJS() as ManifestObject | null);
    const found = objects.find((object) => object?.kind === kind && object.metadata.name === name);
    if (found) return found;
  }
  throw new Error(`${folder}: found no ${kind} ${name}, expected one; run "npm run synth"`);
}
