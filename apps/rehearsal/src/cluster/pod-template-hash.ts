import { createHash } from 'node:crypto';
import { podTemplateHashLabel } from '@observed-rollouts/contract';
import type { PodTemplate } from '../controller/rollout-schema.ts';
import { toNameAlphabet } from './random.ts';

/**
 * Identity of a version: equal pod templates have equal hashes, whatever the order of their keys.
 *
 * The value differs from the one that Argo Rollouts would compute; nothing but equality may be read into it.
 */
export function podTemplateHash(template: PodTemplate): string {
  return toNameAlphabet(createHash('sha256').update(canonicalJson(template)).digest(), 10);
}

/** The template with the label that tells its pods apart. */
export function withHashLabel(template: PodTemplate, hash: string): PodTemplate {
  return {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata.labels, [podTemplateHashLabel]: hash } },
  };
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
