import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeFault, type Release, workloads } from '@observed-rollouts/contract';
import { parseRelease, ReleaseError } from '@observed-rollouts/contract/release-file';
import { parseAllDocuments, parseDocument } from 'yaml';
import type { Rollout } from './rollout.ts';

/** Every release of a folder by name. Errors: {@link ReleaseError} on a file that isn't YAML or isn't a release. */
export function readReleases(folder: string): Map<string, Release> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return new Map(files.map((file) => [basename(file, '.yaml'), readRelease(join(folder, file))]));
}

function readRelease(file: string): Release {
  const document = parseDocument(readFileSync(file, 'utf8'));
  const [error] = document.errors;
  if (error) throw new ReleaseError(file, [`not valid YAML: ${error.message.split(':\n')[0]}`]);
  return parseRelease(file, basename(file, '.yaml'), document.toJS() as unknown);
}

/** Why a cluster can't play a release; `undefined` when it can. */
export function whyNotOnCluster({ faults, expect }: Release): string | undefined {
  const [fault] = faults;
  if (fault) return `only the rehearsal can play its fault ${describeFault(fault)}`;
  return expect === 'waiting' ? 'only the rehearsal can tell that a release still waits' : undefined;
}

/** The Rollout of ping-service among the manifests of a folder. */
export function readInitialRollout(folder: string): Rollout {
  const documents = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as unknown),
    );
  const rollout = documents.find(isPingServiceRollout);
  if (rollout === undefined) {
    throw new Error(`${folder}: no Rollout ${workloads.pingService}, expected one; run npx nx run charts:synth`);
  }
  return rollout;
}

function isPingServiceRollout(document: unknown): document is Rollout {
  const { kind, metadata } = (document ?? {}) as { kind?: string; metadata?: { name?: string } };
  return kind === 'Rollout' && metadata?.name === workloads.pingService;
}
