import type { z } from 'zod';
import { InputError } from '@observed-rollouts/command-line';

/**
 * Reads a value with a schema.
 *
 * Errors: {@link InputError} with one line per wrong field: `<where>: <field>: got <value>, expected <rule>`.
 *         A field that the schema doesn't know is one of them, because what isn't known can't be rehearsed.
 */
export function readWith<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describeIssue(issue, where));
  throw new InputError(problems as [string, ...string[]]);
}

function describeIssue(issue: z.core.$ZodIssue, where: string): string[] {
  const field = formatPath(issue.path);
  const prefix = field === '' ? where : `${where}: ${field}`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${where}: ${formatPath([...issue.path, key])}: unknown field, can't be rehearsed; remove it`,
    );
  }
  if (issue.input === undefined) return [`${prefix}: missing, expected ${expectation(issue)}`];
  return [`${prefix}: got ${JSON.stringify(issue.input)}, expected ${expectation(issue)}`];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return typeWords[issue.expected] ?? issue.message;
  return issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message;
}

const typeWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/** `spec.strategy.canary.steps[1].setWeight` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
