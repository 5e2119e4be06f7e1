import { z } from 'zod';
import { faultSchema } from './fault-schema.ts';
import { expectations, type Release, traffics } from './release.ts';
import { tryParseDuration } from './units.ts';

/** How long a release may take that doesn't say it. */
const defaultLimitMs = 15 * 60_000;

const variableName = /^[A-Z][A-Z0-9_]*$/;

/** Names and values are checked together: a schema of its own for the values would hide wrong names behind wrong values. */
const environmentSchema = z
  .record(z.string(), z.unknown(), 'expected variables and their values')
  .superRefine((environment, context) => {
    for (const [name, value] of Object.entries(environment)) {
      const report = (input: unknown, message: string) =>
        context.addIssue({ code: 'custom', path: [name], input, message });
      if (!variableName.test(name)) report(name, 'expected a variable name, e.g. PING_LATENCY');
      if (typeof value !== 'string') report(value, 'expected a text in quotes, e.g. "65"');
    }
  })
  .transform((environment) => environment as Readonly<Record<string, string>>);

const fields = 'description, environment, stable, traffic, faults, expect, within, story';

const durationExample = 'expected a duration of at least 1s, e.g. 30s';
const durationSchema = z.string(durationExample).transform((text, context) => {
  const milliseconds = tryParseDuration(text);
  if (milliseconds !== undefined && milliseconds >= 1000) return milliseconds;
  context.addIssue({ code: 'custom', input: text, message: durationExample });
  return z.NEVER;
});
const place = 'expected a place in the story, e.g. 1';

const releaseSchema = z
  .strictObject(
    {
      description: z.string('expected one line of text').min(1, 'expected one line of text'),
      environment: environmentSchema,
      stable: environmentSchema.default({}),
      traffic: z.enum(traffics, `expected one of ${traffics.join(', ')}`).default('usual'),
      faults: z.array(faultSchema, 'expected a list of faults').default([]),
      expect: z.enum(expectations, `expected one of ${expectations.join(', ')}`),
      within: durationSchema.optional(),
      story: z.int(place).min(1, place).optional(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown field ${(issue.keys as string[]).join(', ')}, expected ${fields}`
          : `expected a mapping with ${fields}`,
    },
  )
  .transform(({ within, story, ...release }, context): Omit<Release, 'name'> => {
    // Only a time makes "still waiting" an end: by default it would be that of a release that hangs.
    if (release.expect === 'waiting' && within === undefined) {
      context.addIssue({ code: 'custom', path: ['within'], input: undefined, message: durationExample });
    }
    return { ...release, withinMs: within ?? defaultLimitMs, ...(story === undefined ? {} : { story }) };
  });

/** A release file that isn't one; the message lists every problem on a line of its own. */
export class ReleaseError extends Error {
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(`${file}: not a release\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ReleaseError';
    this.problems = problems;
  }
}

/**
 * Reads a parsed release file.
 *
 * Errors: {@link ReleaseError} with all problems; an unknown field is one, and so is a value of the environment that YAML didn't read as a text.
 */
export function parseRelease(file: string, name: string, document: unknown): Release {
  const result = releaseSchema.safeParse(document, { reportInput: true });
  if (result.success) return { name, ...result.data };
  throw new ReleaseError(file, result.error.issues.map(describeIssue));
}

function describeIssue({ code, path, message, input }: z.core.$ZodIssue): string {
  const where = path.join('.') || 'file';
  // An unknown field names itself; the input would be the whole mapping.
  if (code === 'unrecognized_keys') return `${where}: ${message}`;
  return `${where}: ${input === undefined ? 'missing' : `got ${JSON.stringify(input)}`}, ${message}`;
}
