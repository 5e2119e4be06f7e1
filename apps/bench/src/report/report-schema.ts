import { z } from 'zod';
import type { Findings } from '../benchmark.ts';
import type { BenchReport, Section } from './bench-report.ts';

const aim = z.union([z.strictObject({ atMost: z.number() }), z.strictObject({ atLeast: z.number() })]);

const spread = z
  .strictObject({
    median: z.number(),
    lowerQuartile: z.number(),
    upperQuartile: z.number(),
    samples: z.int().min(1),
  })
  .refine(({ lowerQuartile, median, upperQuartile }) => lowerQuartile <= median && median <= upperQuartile, {
    error: 'expected lowerQuartile ≤ median ≤ upperQuartile',
  });

const row = z.strictObject({
  what: z.string().min(1),
  against: z.exactOptional(z.string()),
  value: spread,
  unit: z.enum(['×', 'share', 'µs', 'ms', 's', 'min', 'MB', '/s', 'count']),
  aim: z.exactOptional(aim),
  note: z.exactOptional(z.string()),
});

const axis = z.strictObject({ label: z.string(), scale: z.enum(['linear', 'log']) });

const plot = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('line'),
    title: z.string().min(1),
    x: axis,
    y: axis,
    points: z.array(z.strictObject({ series: z.string(), x: z.number(), y: z.number() })),
  }),
  z.strictObject({
    kind: z.literal('bar'),
    title: z.string().min(1),
    label: z.string(),
    bars: z
      .array(z.strictObject({ name: z.string(), value: spread, aim: z.exactOptional(aim) }))
      .refine(areUnique('name'), {
        error: 'expected each name once',
      }),
  }),
]);

const findings: z.ZodType<Findings> = z.strictObject({
  rows: z.array(row).refine(areUnique('what'), { error: 'expected each what once' }),
  plots: z.array(plot).refine(areUnique('title'), { error: 'expected each title once' }),
  notes: z.array(z.string()),
});

const section: z.ZodType<Section> = z
  .strictObject({
    name: z.string().min(1),
    title: z.string().min(1),
    method: z.string(),
    startedAt: z.iso.datetime(),
    seconds: z.number().min(0),
    effort: z.enum(['full', 'quick']),
    findings: z.exactOptional(findings),
    failure: z.exactOptional(z.string()),
  })
  .refine((one) => (one.findings === undefined) !== (one.failure === undefined), {
    error: 'expected either findings or failure',
  });

const report: z.ZodType<BenchReport> = z.strictObject({
  machine: z.strictObject({
    cpus: z.int().min(1),
    cpuModel: z.string(),
    memoryBytes: z.int().min(1),
    system: z.string(),
    node: z.string(),
    coresAreSeparate: z.boolean(),
  }),
  sections: z.array(section).refine(areUnique('name'), { error: 'expected each name once' }),
});

function areUnique<K extends string>(key: K): (items: readonly Readonly<Record<K, string>>[]) => boolean {
  return (items) => new Set(items.map((item) => item[key])).size === items.length;
}

/** What a report, or the findings of one benchmark, is worth: the value, or all that is wrong, a line each, such as `rows[2].value.median: …`. */
export type Checked<T> =
  | { readonly value: T; readonly problems?: never }
  | { readonly value?: never; readonly problems: readonly [string, ...string[]] };

export function checkReport(value: unknown): Checked<BenchReport> {
  return check(report, value);
}

/** Edge: what JSON can't hold, such as NaN, is a problem. */
export function checkFindings(value: unknown): Checked<Findings> {
  return check(findings, value);
}

function check<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const { data, error } = schema.safeParse(value);
  const [first, ...rest] = (error?.issues ?? []).map(({ path, message }) => {
    const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    return `${place.replace(/^\./, '') || 'the whole'}: ${message}`;
  });
  return first === undefined ? { value: data as T } : { problems: [first, ...rest] };
}
