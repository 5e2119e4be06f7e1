import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { InputError, Problems } from '../input/input-error.ts';
import { readWith } from '../input/validation.ts';
import { readText } from '../manifests/manifests.ts';

/** Ends that a release file may expect. */
export const expectations = ['aborted', 'promoted', 'paused'] as const;
export type Expectation = (typeof expectations)[number];

const schema = z.strictObject({
  description: z.string().min(1, 'a sentence'),
  environment: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'names in capitals'), z.string()),
  expect: z.enum(expectations),
});

/** A release: what its environment changes, and how it must end. */
export interface Release extends z.infer<typeof schema> {
  /** Name of its file without the extension. */
  readonly name: string;
}

/** Names of the releases of a folder, sorted. Errors: {@link InputError} when there is none. */
export function listReleases(folder: string): readonly string[] {
  let files: readonly string[];
  try {
    files = readdirSync(folder);
  } catch {
    throw new InputError([
      `${folder}: not found, expected a folder of release files (*.yaml); name it with --releases`,
    ]);
  }
  const names = files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
  if (names.length === 0) throw new InputError([`${folder}: no releases, expected files such as errors.yaml`]);
  return names;
}

/** Errors: {@link InputError} with every release that doesn't exist and every wrong field. */
export function readReleases(folder: string, names: readonly string[]): readonly Release[] {
  const available = listReleases(folder);
  const problems = new Problems();
  const releases = names.map((name) => {
    if (available.includes(name)) return problems.collect(() => readRelease(folder, name));
    problems.add(`release ${name}: not found in ${folder}, expected one of ${available.join(', ')}`);
    return undefined;
  });
  problems.throwIfAny();
  return releases.filter((release) => release !== undefined);
}

function readRelease(folder: string, name: string): Release {
  const file = join(folder, `${name}.yaml`);
  const document = parseDocument(readText(file));
  const [error] = document.errors;
  if (error) throw new InputError([`${file}: not valid YAML: ${error.message.split('\n')[0]}`]);
  return { name, ...readWith(schema, document.toJS() as unknown, file) };
}
