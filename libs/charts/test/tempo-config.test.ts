import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { local } from '../src/environments/local.ts';
import { keysOf, readInventory } from './config-keys.ts';
import { mountedFiles } from './expressions.ts';
import { nearest } from './nearest.ts';

/** Paths of Tempo's keys by their documentation; `*` is each entry of a list. */
const documented = readInventory('tempo', local.images.tempo.tag);

function unknownKeys(config: unknown): string[] {
  return keysOf(config)
    .filter((key) => !documented.has(key))
    .map((key) => `${key}: no key of Tempo ${local.images.tempo.tag}, the nearest is ${nearest(key, documented)}`);
}

interface TempoConfig {
  readonly metrics_generator: {
    readonly storage: { readonly path: string; readonly remote_write: readonly { readonly send_exemplars: boolean }[] };
  };
  readonly overrides: { readonly defaults: { readonly metrics_generator: Readonly<Record<string, unknown>> } };
}

const text = mountedFiles.find(({ name }) => name === 'tempo.yaml')?.text ?? '';
const config = parse(text) as TempoConfig;

// Tempo ends at its start for a single one.
test('every key of the committed configuration is one of the deployed version', () => {
  expect(keysOf(config).length).toBeGreaterThan(40);
  expect(unknownKeys(config)).toEqual([]);
});

test('keys of Tempo 2, misspelled ones and misplaced ones are refused', () => {
  const wrong = { ingester: {}, live_store: { wal: { filepath: '/x' } }, overrides: { max_active_series: 1 } };
  expect(unknownKeys(wrong).map((problem) => problem.split(':')[0])).toEqual([
    'ingester',
    'live_store.wal.filepath',
    'overrides.max_active_series',
  ]);
  expect(unknownKeys({ server: { http_listen_prt: 1 } })).toEqual([
    'server.http_listen_prt: no key of Tempo 3.0.3, the nearest is server.http_listen_port',
  ]);
});

test('metrics made from spans reach Prometheus with exemplars, and are bounded', () => {
  const { storage } = config.metrics_generator;
  expect(storage.path).not.toBe('');
  expect(storage.remote_write.map(({ send_exemplars }) => send_exemplars)).toEqual([true]);
  expect(config.overrides.defaults.metrics_generator).toEqual({
    processors: ['service-graphs', 'span-metrics'],
    max_active_series: local.tempo.maxActiveSeries,
    trace_id_label_name: 'trace_id',
  });
});
