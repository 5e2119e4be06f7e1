import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  applyRelease,
  pingServiceSettings,
  type PodTemplate,
  readSettings,
  workloads,
} from '@observed-rollouts/contract';
import { parseRelease } from '@observed-rollouts/contract/release-file';
import { parse, parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '..', '..', '..');

/** What a version does, as shares of its answers from 0 to 1. */
export interface Behaviour {
  readonly failed: number;
  /** Over the latency bound. */
  readonly slow: number;
}

/**
 * The declared behaviour of the stable version in `dist/manifests`, or of a release of it.
 *
 * Errors: what the contract says about a release file or a setting that it can't read.
 */
export function declaredBehaviour(boundSeconds: number, release?: string): Behaviour {
  const template = stableTemplate();
  const released = release === undefined ? template : applyRelease(template, readRelease(release));
  const [container] = released.spec.containers;
  const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
  const { latencyMix, successPercent } = readSettings(workloads.pingService, pingServiceSettings, { env });
  const slowPercent = latencyMix
    .filter(({ latencyMs }) => latencyMs > boundSeconds * 1000)
    .reduce((sum, { percent }) => sum + percent, 0);
  return { failed: (100 - successPercent) / 100, slow: slowPercent / 100 };
}

function readRelease(name: string) {
  const file = join('releases', `${name}.yaml`);
  return parseRelease(file, name, parse(readFileSync(join(root, file), 'utf8')));
}

function stableTemplate(): PodTemplate {
  const file = join('dist', 'manifests', '40-ping-service.yaml');
  const documents = parseAllDocuments(readFileSync(join(root, file), 'utf8')).map((document) => document.toJS());
  const rollout = documents.find((document) => document?.kind === 'Rollout');
  if (rollout === undefined) throw new Error(`${file}: got no Rollout, expected one; run npm run synth`);
  return rollout.spec.template;
}
