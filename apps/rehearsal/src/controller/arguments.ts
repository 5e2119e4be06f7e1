import { InputError } from '@observed-rollouts/command-line';
import type { Rollout } from './rollout.ts';
import type { AnalysisArgument } from './rollout-schema.ts';
import type { RolloutState } from './state.ts';

/**
 * The values that a Rollout gives to an analysis: literals, pod-template hashes of this release, and fields of the Rollout itself.
 *
 * Errors: {@link InputError} on a field that the Rollout doesn't have and on an argument without any value.
 */
export function argumentValues(
  args: readonly AnalysisArgument[],
  rollout: Rollout,
  { latestHash, stableHash = '' }: Pick<RolloutState, 'latestHash' | 'stableHash'>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value, valueFrom } of args) {
    if (value !== undefined) values[name] = value;
    else if (valueFrom?.podTemplateHashValue === 'Latest') values[name] = latestHash;
    else if (valueFrom?.podTemplateHashValue === 'Stable') values[name] = stableHash;
    else if (valueFrom?.fieldRef) values[name] = fieldOf(rollout, valueFrom.fieldRef.fieldPath, name);
    else
      throw new InputError([
        `Rollout ${rollout.name}: analysis argument ${name}: missing, expected a value or valueFrom`,
      ]);
  }
  return values;
}

/** A path such as `metadata.labels['x']` or `spec.template.metadata.labels.version`. */
function fieldOf({ name, object }: Rollout, path: string, argument: string): string {
  const keys = [...path.matchAll(/\['([^']+)'\]|([^.[\]]+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string));
  const value = keys.reduce<unknown>((current, key) => (current as Record<string, unknown> | undefined)?.[key], object);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  throw new InputError([`Rollout ${name}: analysis argument ${argument}: the Rollout has no field ${path}`]);
}
