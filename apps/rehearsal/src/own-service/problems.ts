import type { z } from 'zod';
import { formatPath } from '../input/validation.ts';

/**
 * One line per problem of a service file: `<file>: <field>: got <value>, expected <rule>`.
 *
 * Edge: a field that is there and must not be is named itself; the message says which fields there are.
 */
export function describeIssue(issue: z.core.$ZodIssue, file: string): readonly string[] {
  const at = (path: readonly PropertyKey[]) => [file, formatPath(path)].filter((part) => part !== '').join(': ');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at([...issue.path, key])}: unknown field, expected ${issue.message}`);
  }
  const got = issue.input === undefined ? 'missing' : `got ${shown(issue.input)}`;
  return [`${at(issue.path)}: ${got}, expected ${issue.message}`];
}

/** Long values would hide what is expected. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
