import { exemplarLabels } from '@observed-rollouts/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { local } from '../src/environments/local.ts';
import { keysOf, readInventory } from './config-keys.ts';
import { committed, mountedFiles } from './expressions.ts';
import { knownMetrics } from './known-metrics.ts';
import { nearest } from './nearest.ts';
import { metricsOf } from './promql.ts';

const [major, minor] = local.images.grafana.tag.split('.');
const documented = readInventory(`grafana-${major}.${minor}`);

interface DataSource {
  readonly uid: string;
  readonly type: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

const file = <T>(name: string) => parse(mountedFiles.find((it) => it.name === name)?.text ?? '') as T;
const provisioned = file<{ readonly datasources: readonly DataSource[] }>('data-sources.yaml');
const providers = file<object>('dashboards.yaml');
const settings = committed.find(({ object }) => object.metadata.name === 'grafana-settings')?.object['data'] as Record<
  string,
  string
>;

/** Keys of one kind of file that the version doesn't document. */
function unknownKeys(kind: string, value: unknown): string[] {
  return keysOf(value)
    .filter((key) => !documented.has(`${kind} ${key}`))
    .map((key) => `${kind} ${key}: no documented key, the nearest is ${nearest(`${kind} ${key}`, documented)}`);
}

/** Grafana's variable of each documented setting: `GF_<SECTION>_<KEY>`. */
const variables = new Set(
  [...documented]
    .filter((line) => line.startsWith('settings '))
    .map((line) => `GF_${line.slice('settings '.length).replaceAll('.', '_').toUpperCase()}`),
);

describe('what Grafana reads at its start', () => {
  it('has documented keys only: it leaves out silently what it does not know', () => {
    const withoutJson = {
      ...provisioned,
      datasources: provisioned.datasources.map(({ jsonData: _json, ...rest }) => ({ ...rest, jsonData: {} })),
    };
    const problems = [
      ...unknownKeys('datasources', withoutJson),
      ...provisioned.datasources.flatMap(({ type, jsonData }) => unknownKeys(type, jsonData)),
      ...unknownKeys('dashboards', providers),
      ...Object.keys(settings).filter((name) => !variables.has(name)),
    ];
    expect(problems).toEqual([]);
    expect(keysOf(provisioned).length).toBeGreaterThan(30);
    expect(Object.keys(settings).length).toBeGreaterThan(15);
  });

  it('would be refused here with a key that is misspelled, or of another data source', () => {
    expect(unknownKeys('prometheus', { exemplarTraceIdDestination: [] })).toEqual([
      'prometheus exemplarTraceIdDestination: no documented key, the nearest is prometheus exemplarTraceIdDestinations',
    ]);
    expect(unknownKeys('tempo', { timeInterval: '1s' })).toHaveLength(1);
    expect(variables.has('GF_PLUGINS_PREINSTALL_DISABLE')).toBe(false);
  });
});

describe('from a spike to its trace and back', () => {
  const [prometheus, tempo] = provisioned.datasources as [DataSource, DataSource];

  it('an exemplar of any metric links to its trace', () => {
    expect([prometheus.type, tempo.type]).toEqual(['prometheus', 'tempo']);
    // The metrics that Tempo makes from spans use the same name: its test holds that.
    expect(prometheus.jsonData['exemplarTraceIdDestinations']).toEqual([
      { name: exemplarLabels.traceId, datasourceUid: tempo.uid, urlDisplayLabel: 'Open the trace' },
    ]);
  });

  it('a span links back to metrics that exist, and the service graph is drawn from Prometheus', () => {
    const { datasourceUid, queries, tags } = tempo.jsonData['tracesToMetrics'] as {
      readonly datasourceUid: string;
      readonly queries: readonly { readonly query: string }[];
      readonly tags: readonly object[];
    };
    expect(datasourceUid).toBe(prometheus.uid);
    expect(tags).toEqual([{ key: 'service.name', value: 'service' }]);
    const known = knownMetrics();
    const expressions = queries.map(({ query }) => query.replaceAll('$$__tags', 'service="x"').replaceAll('$$', '$'));
    expect(expressions.flatMap(metricsOf).filter((name) => !known.has(name))).toEqual([]);
    expect(queries.length).toBeGreaterThan(2);
    // A single `$` would be taken for a variable of Grafana's environment, and be empty.
    expect(queries.filter(({ query }) => /(^|[^$])\$([^$]|$)/.test(query))).toEqual([]);
    expect(tempo.jsonData).toMatchObject({
      serviceMap: { datasourceUid: prometheus.uid },
      nodeGraph: { enabled: true },
    });
  });
});
