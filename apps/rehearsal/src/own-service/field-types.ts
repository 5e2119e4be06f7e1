import { settingTypes, tryParseDuration } from '@observed-rollouts/contract';
import { z } from 'zod';

/** The types of the fields of a service file: each reads a text of YAML, and its message completes "expected …". */

/** Reads `5%` to 0.05. */
export function share(example: string) {
  const message = `a percentage above 0% and below 100%, e.g. ${example}`;
  const { read } = settingTypes.percentage(0, 100);
  return z
    .string(message)
    .regex(/^\d+(\.\d+)?%$/, message)
    .transform((text, context) => {
      const reading = read(text);
      return reading.good ? reading.value : fail(text, message, context);
    })
    .meta({ examples: [example] });
}

/** Reads `250ms` to milliseconds; bounds are inclusive. */
export function duration(minMs: number, maxMs: number, example: string) {
  const { expected } = settingTypes.duration(minMs, maxMs);
  const message = `${expected}, e.g. ${example}`;
  return z
    .string(message)
    .regex(/^\d+(\.\d+)?(ms|s|m)$/, message)
    .transform((text, context) => {
      const milliseconds = tryParseDuration(text);
      if (milliseconds !== undefined && milliseconds >= minMs && milliseconds <= maxMs) return milliseconds;
      return fail(text, message, context);
    })
    .meta({ examples: [example] });
}

export function numberBetween(min: number, max: number, unit: string) {
  const message = `${unit} from ${min} to ${max}`;
  return z.number(message).min(min, message).max(max, message);
}

export function wholeNumber(min: number, max: number) {
  const message = `a whole number from ${min} to ${max}`;
  return z.number(message).int(message).min(min, message).max(max, message);
}

export function text(message: string, pattern = /./) {
  return z.string(message).regex(pattern, message);
}

/** A mapping without unknown fields; the message names the known ones. */
export function mapping<T extends z.ZodRawShape>(shape: T) {
  const fields = Object.keys(shape)
    .filter((name) => name !== '$schema')
    .join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `one of ${fields}` : `a mapping with ${fields}`),
  });
}

/** A mapping of free names to texts; names and values are checked together, so that neither hides the other's problems. */
export function textByName(name: string, pattern: RegExp, example: string) {
  return z
    .record(z.string(), z.unknown(), `a mapping from ${name} to a text, e.g. { ${example}: "65" }`)
    .superRefine((entries, context) => {
      for (const [key, value] of Object.entries(entries)) {
        const report = (input: unknown, message: string) =>
          context.addIssue({ code: 'custom', path: [key], input, message });
        if (!pattern.test(key)) report(key, `${name}, e.g. ${example}`);
        if (typeof value !== 'string') report(value, 'a text in quotes, e.g. "65"');
      }
    })
    .transform((entries) => entries as Readonly<Record<string, string>>)
    .meta({ additionalProperties: { type: 'string' } });
}

function fail(input: string, message: string, context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message, input });
  return z.NEVER;
}
