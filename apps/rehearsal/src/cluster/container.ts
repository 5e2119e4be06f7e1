import { InputError } from '@observed-rollouts/command-line';
import { z } from 'zod';
import { readWith } from '../input/validation.ts';
import type { PodTemplate } from '../controller/rollout-schema.ts';

const probe = z.looseObject({
  httpGet: z.looseObject({ path: z.string(), port: z.union([z.string(), z.number()]) }),
  initialDelaySeconds: z.number().optional(),
  periodSeconds: z.number().optional(),
  timeoutSeconds: z.number().optional(),
  failureThreshold: z.number().optional(),
  successThreshold: z.number().optional(),
});

const variable = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  // Only fields of the pod: a ConfigMap, a Secret or a resource limit is the cluster's.
  valueFrom: z.strictObject({ fieldRef: z.looseObject({ fieldPath: z.string() }) }).optional(),
});

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().optional(),
  command: z.array(z.string()).min(1, 'the command that starts the process'),
  args: z.array(z.string()).optional(),
  workingDir: z.string().optional(),
  env: z.array(variable).optional(),
  envFrom: z.undefined('no envFrom: only literal values and fields of the pod can be rehearsed').optional(),
  ports: z
    .array(z.looseObject({ name: z.string().optional(), containerPort: z.number(), protocol: z.string().optional() }))
    .optional(),
  readinessProbe: probe.optional(),
});

export type Container = z.infer<typeof containerSchema>;

/** Errors: {@link InputError} unless there is exactly one container, with a command, and an environment that the rehearsal can fill in. */
export function readContainer(template: PodTemplate, where: string): Container {
  const [container, ...others] = template.spec.containers;
  if (others.length > 0) {
    throw new InputError([
      `${where}: got ${others.length + 1} containers, expected one: only one process per pod can be rehearsed`,
    ]);
  }
  return readWith(containerSchema, container, `${where}: container ${container?.name}`);
}

/** Values of the fields that a pod's environment may refer to, by field path. */
export type PodFields = Readonly<Record<string, string>>;

/**
 * The environment of a container as the kubelet makes it: fields filled in, `$(NAME)` replaced by variables that stand before.
 *
 * Edge:   `$$(NAME)` is a literal `$(NAME)`; a reference to a variable that isn't defined before stays as it is.
 * Errors: {@link InputError} on a field that a rehearsed pod doesn't have.
 */
export function environmentOf(container: Container, fields: PodFields, where: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    values[name] = valueFrom
      ? fieldOf(valueFrom.fieldRef.fieldPath, fields, `${where}: ${name}`)
      : expand(value ?? '', values);
  }
  return values;
}

function fieldOf(path: string, fields: PodFields, where: string): string {
  const value = fields[path];
  if (value !== undefined) return value;
  throw new InputError([`${where}: field ${path} isn't emulated, expected one of ${Object.keys(fields).join(', ')}`]);
}

/** `$(NAME)` in commands and values. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$\(|\$\(([^()]+)\)/g, (match, name?: string) => {
    if (name === undefined) return '$(';
    return values[name] ?? match;
  });
}
