import { z } from 'zod';
import { type Fault, faultSchema } from './fault.ts';
import { versionLabel } from './labels.ts';
import { tryParseDuration } from './units.ts';

/** How a release can end: refused and rolled back, serving everywhere, or waiting for a human. */
export const releaseEnds = ['aborted', 'promoted', 'paused'] as const;
export type ReleaseEnd = (typeof releaseEnds)[number];

/** What a release file can expect: an end, or that the release is still undecided when its time is up. */
export const expectations = [...releaseEnds, 'waiting'] as const;
export type Expectation = (typeof expectations)[number];

export const traffics = ['usual', 'none'] as const;
export type Traffic = (typeof traffics)[number];

/** How long a release may take that doesn't say it. */
const defaultLimitMs = 15 * 60_000;

/** A release to play: what differs from the stable version, what goes wrong meanwhile, and how it must end. */
export interface Release {
  /** Name of its file without extension; also its version. */
  readonly name: string;
  /** One line that says what is special about it. */
  readonly description: string;
  /** Environment variables of the container that differ from the manifests'. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same for the stable version, which is changed to them before the release starts: for trouble that both versions have. */
  readonly stable: Readonly<Record<string, string>>;
  /** Whether anybody asks: `none` stops the pinger when the release starts. */
  readonly traffic: Traffic;
  /** What goes wrong while it is released, in the order of the file. */
  readonly faults: readonly Fault[];
  readonly expect: Expectation;
  /** Milliseconds from its start; a release that is undecided then is `waiting`. */
  readonly withinMs: number;
  /** Place in the story, from 1: the releases that are played when none is named. Absent: it is played only by its name. */
  readonly story?: number;
}

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

/** The part of a pod template that a release changes; everything else is kept as it is. */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
}

/** The pod template of a release: the manifests' one with the release's version label and its variables, see {@link applyEnvironment}. */
export function applyRelease<T extends PodTemplate>(template: T, { name, environment }: Release): T {
  const changed = applyEnvironment(template, environment);
  return {
    ...changed,
    metadata: { ...changed.metadata, labels: { ...changed.metadata?.labels, [versionLabel]: name } },
  };
}

/**
 * The pod template with other variables in its first container.
 *
 * Edge: a variable that exists is replaced where it stands, a new one is added at the end; nothing else changes.
 */
export function applyEnvironment<T extends PodTemplate>(template: T, environment: Readonly<Record<string, string>>): T {
  const [first, ...others] = template.spec.containers;
  if (first === undefined) throw new Error('pod template: got no container, expected at least one');
  const kept = (first.env ?? []).map((variable) => {
    const value = environment[variable.name];
    return value === undefined ? variable : { name: variable.name, value };
  });
  const added = Object.entries(environment).filter(([key]) => !kept.some((variable) => variable.name === key));
  const env = [...kept, ...added.map(([key, value]) => ({ name: key, value }))];
  return { ...template, spec: { ...template.spec, containers: [{ ...first, env }, ...others] } };
}
