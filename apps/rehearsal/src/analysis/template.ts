import { InputError } from '@observed-rollouts/command-line';
import { z } from 'zod';
import { readWith } from '../input/validation.ts';
import { type Manifests, whereIs } from '../manifests/manifests.ts';

/** An integer, or a text that becomes one when the arguments are filled in. */
const intOrString = z.union([z.number().int(), z.string()], 'a whole number or a text');

const prometheusSchema = z.strictObject({
  address: z.string(),
  query: z.string(),
  timeout: z.number().int().optional(),
  insecure: z.boolean().optional(),
});

const metricSchema = z.strictObject({
  name: z.string(),
  interval: z.string().optional(),
  initialDelay: z.string().optional(),
  count: intOrString.optional(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  failureLimit: intOrString.optional(),
  inconclusiveLimit: intOrString.optional(),
  consecutiveErrorLimit: intOrString.optional(),
  consecutiveSuccessLimit: intOrString.optional(),
  provider: z.strictObject({ prometheus: prometheusSchema }),
});

const templateSchema = z.strictObject({
  args: z.array(z.strictObject({ name: z.string(), value: z.string().optional() })).optional(),
  metrics: z.array(metricSchema).min(1, 'at least one metric'),
});

export type MetricDeclaration = z.infer<typeof metricSchema>;

export interface AnalysisTemplate {
  /** Where it stands, for errors. */
  readonly where: string;
  readonly name: string;
  /** Declared arguments; without a default the Rollout must give a value. */
  readonly args: readonly { readonly name: string; readonly value?: string | undefined }[];
  readonly metrics: readonly MetricDeclaration[];
}

/**
 * Reads an AnalysisTemplate from the manifests.
 *
 * Errors: {@link InputError} when it is missing, or has a field that the rehearsal doesn't emulate.
 */
export function readTemplate(manifests: Manifests, name: string): AnalysisTemplate {
  const found = manifests.get('AnalysisTemplate', name);
  const where = whereIs(found);
  const { args = [], metrics } = readWith(templateSchema, found.object['spec'], `${where}: spec`);
  const repeated = metrics.find((metric, index) => metrics.findIndex((other) => other.name === metric.name) < index);
  if (repeated) throw new InputError([`${where}: spec.metrics: two metrics are named ${repeated.name}`]);
  return { where, name, args, metrics };
}
