import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReleaseRecording } from '@observed-rollouts/contract';
import type { Metric } from '../../src/analysis/metric.ts';
import { metricsOfRun } from '../../src/analysis/metrics-of-run.ts';
import type { MetricDeclaration } from '../../src/analysis/template.ts';
import { readRollout, type Rollout } from '../../src/controller/rollout.ts';
import { Manifests } from '../../src/manifests/manifests.ts';

export const recordingsFolder = join(import.meta.dirname, '..', 'fixtures', 'fidelity');

/** What the real controller was seen to do, by name of the release or situation. */
export function readRecordings(): ReadonlyMap<string, ReleaseRecording> {
  const files = readdirSync(recordingsFolder).filter((file) => file.endsWith('.json'));
  return new Map(files.map((file) => [basename(file, '.json'), readRecording(join(recordingsFolder, file))]));
}

export function readRecording(file: string): ReleaseRecording {
  return JSON.parse(readFileSync(file, 'utf8')) as ReleaseRecording;
}

export const rolloutName = 'app';

/** The Rollout of a recording, read by the rehearsal as if it stood in the manifests. A recording holds no pod template. */
export function rolloutOf({ rollout }: ReleaseRecording): Rollout {
  const template = { metadata: { labels: {} }, spec: { containers: [{ name: 'app' }] } };
  const object = { kind: 'Rollout', metadata: { name: rolloutName }, spec: { ...rollout, template } };
  return readRollout(new Manifests('recording', [{ file: 'recording', object }]), rolloutName);
}

/** The metrics of a recorded run, read by the rehearsal. A recording holds no queries: its readings are given. */
export function metricsOf({ analyses }: ReleaseRecording, run: string): readonly Metric[] {
  const provider = { prometheus: { address: 'http://recording', query: 'recorded' } };
  const metrics = (analyses[run] ?? []).map((metric) => ({ ...metric, provider }) as unknown as MetricDeclaration);
  return metricsOfRun({ templates: [{ where: run, name: run, args: [], metrics }], args: {} });
}
