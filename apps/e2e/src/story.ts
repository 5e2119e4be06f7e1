import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseRelease, type Release, workloads } from '@observed-rollouts/contract';
import { parse, parseAllDocuments } from 'yaml';
import type { Rollout } from './rollout.ts';

/** Every release of a folder by name. */
export function readReleases(folder: string): Map<string, Release> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return new Map(
    files.map((file) => {
      const name = basename(file, '.yaml');
      return [name, parseRelease(join(folder, file), name, parse(readFileSync(join(folder, file), 'utf8')))];
    }),
  );
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
