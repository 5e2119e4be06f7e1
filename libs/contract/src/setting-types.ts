import { isIP } from 'node:net';
import { LatencyMixError, parseLatencyMix } from './latency-mix.ts';
import type { Reading, Setting } from './settings.ts';
import { formatDuration, tryParseDuration } from './units.ts';

/**
 * The part of a setting that its type decides; the rest (name, default, description) is the setting's own.
 *
 * Plain functions: every program reads its settings first, and loading a schema library takes longer than all of them.
 */
type SettingType<T> = Pick<Setting<T>, 'read' | 'expected'>;

const bad = { good: false } as const;

function good<T>(value: T): Reading<T> {
  return { good: true, value };
}

/** A text that stands for itself, if it meets the condition. */
function textThat(condition: (text: string) => boolean): (text: string) => Reading<string> {
  return (text) => (condition(text) ? good(text) : bad);
}

/** A decimal number from `min` to `max`, never in exponent, hexadecimal or blank form. */
function decimal(min: number, max: number): (text: string) => Reading<number> {
  return (text) => {
    const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? good(value) : bad;
  };
}

export function integer(min: number, max: number): SettingType<number> {
  const number = decimal(min, max);
  return {
    read: (text) => {
      const reading = number(text);
      return reading.good && Number.isSafeInteger(reading.value) ? reading : bad;
    },
    expected: `a whole number from ${min} to ${max}`,
  };
}

export function number(min: number, max: number, unit: string): SettingType<number> {
  return { read: decimal(min, max), expected: `${unit} from ${min} to ${max}` };
}

/** Reads `5%` to 0.05. Bounds are percentages; neither of them is allowed itself. */
export function percentage(above: number, below: number): SettingType<number> {
  return {
    read: (text) => {
      const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]);
      return percent > above && percent < below ? good(percent / 100) : bad;
    },
    expected: `a percentage above ${above}% and below ${below}%`,
  };
}

/** Reads to milliseconds. */
export function duration(minMs: number, maxMs: number): SettingType<number> {
  return {
    read: (text) => {
      const value = tryParseDuration(text);
      return value !== undefined && value >= minMs && value <= maxMs ? good(value) : bad;
    },
    expected: `a duration with unit ms, s or m from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
  };
}

export function oneOf<const T extends string>(values: readonly [T, ...T[]]): SettingType<T> {
  return {
    read: (text) => {
      const value = values.find((candidate) => candidate === text);
      return value === undefined ? bad : good(value);
    },
    expected: `one of ${values.join(', ')}`,
  };
}

/** A name that is safe as a label value, a resource attribute and a file name. */
export function versionName(): SettingType<string> {
  return {
    read: textThat((text) => /^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/.test(text)),
    expected: '1 to 63 letters, digits, dots, dashes, underscores or plus signs, a letter or digit first',
  };
}

export function ipAddress(): SettingType<string> {
  return { read: textThat((text) => isIP(text) !== 0), expected: 'an IPv4 or IPv6 address to listen on' };
}

/** An absolute http or https URL; reads to its text without blanks around it. What only a URL parser repairs, such as `http:host`, is wrong. */
export function httpUrl(): SettingType<string> {
  return {
    read: (text) => {
      const url = text.trim();
      return /^https?:\/\/\S+$/i.test(url) && URL.canParse(url) ? good(url) : bad;
    },
    expected: 'an absolute http or https URL',
  };
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII with blanks and tabs inside: what every HTTP/1.1 implementation takes. */
const headerValue = /^[\t\x20-\x7e]*$/;

/** HTTP request headers as a JSON object of texts; reads to that object. */
export function httpHeaders(): SettingType<Readonly<Record<string, string>>> {
  return {
    read: (text) => {
      const headers = parsedJson(text);
      return areHeaders(headers) ? good(headers) : bad;
    },
    expected: 'a JSON object of header names and texts',
  };
}

/** `undefined` when it isn't JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function areHeaders(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, text]) => headerName.test(name) && typeof text === 'string' && headerValue.test(text),
  );
}

/** Any text but the empty one, which counts as not given. */
export function text(): SettingType<string> {
  return { read: good, expected: 'a text' };
}

export function latencyMix(): SettingType<ReturnType<typeof parseLatencyMix>> {
  return {
    read: (text) => {
      try {
        return good(parseLatencyMix(text));
      } catch (error) {
        if (!(error instanceof LatencyMixError)) throw error;
        return { good: false, detail: error.message };
      }
    },
    expected: 'shares <percent>%<latency> that add up to 100%',
  };
}
