import { z } from 'zod';
import { LatencyMixError, parseLatencyMix } from './latency-mix.ts';
import type { Setting } from './settings.ts';
import { noDetail } from './settings.ts';
import { formatDuration, tryParseDuration } from './units.ts';

/** The part of a setting that its type decides; the rest (name, default, description) is the setting's own. */
type SettingType<T> = Pick<Setting<T>, 'schema' | 'expected'>;

/** A decimal number, never in exponent, hexadecimal or blank form. */
const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, noDetail)
  .transform(Number);

export function integer(min: number, max: number): SettingType<number> {
  return {
    schema: decimal.pipe(z.number().int(noDetail).min(min, noDetail).max(max, noDetail)),
    expected: `a whole number from ${min} to ${max}`,
  };
}

export function number(min: number, max: number, unit: string): SettingType<number> {
  return {
    schema: decimal.pipe(z.number().min(min, noDetail).max(max, noDetail)),
    expected: `${unit} from ${min} to ${max}`,
  };
}

/** Reads `5%` to 0.05. Bounds are percentages; neither of them is allowed itself. */
export function percentage(above: number, below: number): SettingType<number> {
  const schema = z.string().transform((text, context) => {
    const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
    const percent = Number(match?.[1]);
    if (match && percent > above && percent < below) return percent / 100;
    context.addIssue({ code: 'custom', message: noDetail });
    return z.NEVER;
  });
  return { schema, expected: `a percentage above ${above}% and below ${below}%` };
}

/** Reads to milliseconds. */
export function duration(minMs: number, maxMs: number): SettingType<number> {
  const schema = z.string().transform((text, context) => {
    const value = tryParseDuration(text);
    if (value !== undefined && value >= minMs && value <= maxMs) return value;
    context.addIssue({ code: 'custom', message: noDetail });
    return z.NEVER;
  });
  return {
    schema,
    expected: `a duration with unit ms, s or m from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
  };
}

export function oneOf<const T extends string>(values: readonly [T, ...T[]]): SettingType<T> {
  return {
    schema: z.enum(values, noDetail) as unknown as z.ZodType<T, string>,
    expected: `one of ${values.join(', ')}`,
  };
}

/** A name that is safe as a label value, a resource attribute and a file name. */
export function versionName(): SettingType<string> {
  return {
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/, noDetail),
    expected: '1 to 63 letters, digits, dots, dashes, underscores or plus signs, a letter or digit first',
  };
}

export function ipAddress(): SettingType<string> {
  return {
    schema: z.union([z.ipv4(noDetail), z.ipv6(noDetail)], noDetail),
    expected: 'an IPv4 or IPv6 address to listen on',
  };
}

/** An absolute http or https URL; reads to its text. */
export function httpUrl(): SettingType<string> {
  return {
    schema: z.url({ protocol: /^https?$/, hostname: /^.+$/, error: noDetail }),
    expected: 'an absolute http or https URL',
  };
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII with blanks and tabs inside: what every HTTP/1.1 implementation takes. */
const headerValue = /^[\t\x20-\x7e]*$/;

/** HTTP request headers as a JSON object of texts; reads to that object. */
export function httpHeaders(): SettingType<Readonly<Record<string, string>>> {
  const headers = z.record(z.string().regex(headerName, noDetail), z.string().regex(headerValue, noDetail));
  const schema = z.string().transform((text, context) => {
    try {
      const { success, data } = headers.safeParse(JSON.parse(text));
      if (success) return data;
    } catch {
      // Not JSON: refused below like JSON of another form.
    }
    context.addIssue({ code: 'custom', message: noDetail });
    return z.NEVER;
  });
  return { schema, expected: 'a JSON object of header names and texts' };
}

/** Any text but the empty one, which counts as not given. */
export function text(): SettingType<string> {
  return { schema: z.string(), expected: 'a text' };
}

export function latencyMix(): SettingType<ReturnType<typeof parseLatencyMix>> {
  const schema = z.string().transform((text, context) => {
    try {
      return parseLatencyMix(text);
    } catch (error) {
      if (!(error instanceof LatencyMixError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
  return { schema, expected: 'shares <percent>%<latency> that add up to 100%' };
}
