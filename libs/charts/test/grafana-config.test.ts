import { exemplarLabels } from '@observed-rollouts/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { local } from '../src/environments/local.ts';
import { keysOf, readInventory } from './config-keys.ts';
import { committed, mountedFiles } from './expressions.ts';
import { knownMetrics } from './known-metrics.ts';
import { nearest } from './nearest.ts';
import { metricsOf } from './promql.ts';

const version = local.images.grafana.tag.split('.').slice(0, 2).join('.');
const known = readInventory('grafana', version);

interface DataSource {
  readonly uid: string;
  readonly type: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

const file = <T>(name: string) => parse(mountedFiles.find((it) => it.name === name)?.text ?? '') as T;
const provisioned = file<{ readonly datasources: readonly DataSource[] }>('data-sources.yaml');
const providers = file<object>('dashboards.yaml');
const grafana = committed.filter(({ object }) => object.metadata.labels?.['app.kubernetes.io/name'] === 'grafana');
const settings = grafana.find(({ object }) => object.metadata.name === 'grafana-settings')?.object['data'] as object;
const { fixed, random } = JSON.parse(
  grafana.flatMap(({ object }) => object.metadata.annotations?.['observed-rollouts/generated-secret'] ?? [])[0] ?? '',
) as { readonly fixed: object; readonly random: readonly string[] };
/** The variables that Grafana gets, those of the generated Secret too. */
const set = [...Object.keys(settings), ...Object.keys(fixed), ...random];

/** Keys of one kind of file that this version doesn't have. */
function unknownKeys(kind: string, value: unknown): string[] {
  return keysOf(value)
    .filter((key) => !known.has(`${kind} ${key}`))
    .map((key) => `${kind} ${key}: no key of Grafana ${version}, the nearest is ${nearest(`${kind} ${key}`, known)}`);
}

/** Grafana's variable of each setting: `GF_<SECTION>_<KEY>`. */
const variables = new Set(
  [...known]
    .filter((line) => line.startsWith('settings '))
    .map((line) => `GF_${line.slice('settings '.length).replaceAll(/[.-]/g, '_').toUpperCase()}`),
);

/** Variables that stand for no setting of this version. */
function unknownVariables(names: readonly string[]): string[] {
  return names
    .filter((name) => !variables.has(name))
    .map((name) => `${name}: no setting of Grafana ${version}, the nearest is ${nearest(name, variables)}`);
}

describe(`what Grafana ${version} reads at its start`, () => {
  it('has keys of this version only: it leaves out silently what it does not know', () => {
    const withoutJson = {
      ...provisioned,
      datasources: provisioned.datasources.map(({ jsonData: _json, ...rest }) => ({ ...rest, jsonData: {} })),
    };
    const problems = [
      ...unknownKeys('datasources', withoutJson),
      ...provisioned.datasources.flatMap(({ type, jsonData }) => unknownKeys(type, jsonData)),
      ...unknownKeys('dashboards', providers),
      ...unknownVariables(set),
    ];
    expect(problems).toEqual([]);
    expect(keysOf(provisioned).length).toBeGreaterThan(30);
    expect(set).toEqual(expect.arrayContaining(['GF_AUTH_ANONYMOUS_ENABLED', 'GF_SECURITY_SECRET_KEY']));
    expect(set.length).toBeGreaterThan(20);
  });

  it('would be refused here with a key that is misspelled, or of another data source', () => {
    expect(unknownKeys('prometheus', { exemplarTraceIdDestination: [] })).toEqual([
      'prometheus exemplarTraceIdDestination: no key of Grafana 13.1, the nearest is prometheus exemplarTraceIdDestinations',
    ]);
    expect(unknownKeys('tempo', { timeInterval: '1s' })).toHaveLength(1);
    expect(unknownKeys('dashboards', { providers: [{ foldr: 'x', options: { paths: '/x' } }] })).toHaveLength(2);
    expect(unknownVariables(['GF_PLUGINS_PREINSTALL_DISABLE', 'GF_LOG_MODE'])).toEqual([
      'GF_PLUGINS_PREINSTALL_DISABLE: no setting of Grafana 13.1, the nearest is GF_PLUGINS_PREINSTALL_DISABLED',
    ]);
  });

  it('is checked against the keys of the deployed version, or not at all', () => {
    expect(() => readInventory('grafana', '13.2')).toThrow(
      "libs/charts/test/upstream-config: no inventory of grafana 13.2, found grafana-13.1.keys.txt, expected one of the version that is deployed (environments/images.ts); list that version's keys in grafana-13.2.keys.txt, and say in its header where they are from",
    );
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
    const metrics = knownMetrics();
    const expressions = queries.map(({ query }) => query.replaceAll('$$__tags', 'service="x"').replaceAll('$$', '$'));
    expect(expressions.flatMap(metricsOf).filter((name) => !metrics.has(name))).toEqual([]);
    expect(queries.length).toBeGreaterThan(2);
    // A single `$` would be taken for a variable of Grafana's environment, and be empty.
    expect(queries.filter(({ query }) => /(^|[^$])\$([^$]|$)/.test(query))).toEqual([]);
    expect(tempo.jsonData).toMatchObject({
      serviceMap: { datasourceUid: prometheus.uid },
      nodeGraph: { enabled: true },
    });
  });
});
