import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of an inventory of configuration keys, without comments. */
export function readInventory(name: string): ReadonlySet<string> {
  const text = readFileSync(join(import.meta.dirname, `upstream-config/${name}.keys.txt`), 'utf8');
  return new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
}

/** Paths of all keys of a configuration; `*` is each entry of a list. */
export function keysOf(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => keysOf(entry, [...path, '*']));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [[...path, key].join('.'), ...keysOf(entry, [...path, key])]);
}
