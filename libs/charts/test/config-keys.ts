import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'upstream-config');

/**
 * The configuration keys of one version of a program: the lines of its inventory, without comments.
 * Errors: throws when there is no inventory of this version, and when one says that it is of another.
 */
export function readInventory(program: string, version: string): ReadonlySet<string> {
  const name = `${program}-${version}.keys.txt`;
  const files = readdirSync(folder);
  if (!files.includes(name)) {
    const found = files.filter((file) => file.startsWith(`${program}-`)).join(', ') || 'none';
    throw new Error(
      `libs/charts/test/upstream-config: no inventory of ${program} ${version}, found ${found}, expected one of the version that is deployed (environments/images.ts); list that version's keys in ${name}, and say in its header where they are from`,
    );
  }
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  const title = `# ${program} ${version}`;
  if (!new RegExp(`^${title.replaceAll('.', '[.]')}(?![.\\w])`).test(lines[0] ?? ''))
    throw new Error(
      `libs/charts/test/upstream-config/${name}: the header is of another version, got ${lines[0]}, expected ${title}`,
    );
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}

/** Paths of all keys of a configuration; `*` is each entry of a list. */
export function keysOf(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => keysOf(entry, [...path, '*']));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [[...path, key].join('.'), ...keysOf(entry, [...path, key])]);
}
