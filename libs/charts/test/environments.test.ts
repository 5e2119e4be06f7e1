import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { imageReference } from '../src/environments/images.ts';
import { local } from '../src/environments/local.ts';
import { draw } from '../src/main.ts';
import type { KubernetesObject } from '../src/synth/kubernetes-object.ts';
import { renderFile, synthesize } from '../src/synth/write-manifests.ts';
import type { Environment } from '../src/environments/environment.ts';

function filesOf(changes: Partial<Environment>): Record<string, string> {
  return Object.fromEntries(synthesize(draw({ ...local, ...changes })).map((file) => [file.name, renderFile(file)]));
}

test('a cluster that has the controller gets neither it nor its definitions nor its namespace, but is scraped there', () => {
  const files = filesOf({ argoRollouts: { install: false, namespace: 'rollouts-system' } });
  expect(Object.keys(files)).toEqual([
    '01-namespaces.yaml',
    '30-prometheus.yaml',
    '31-tempo.yaml',
    '32-grafana.yaml',
    '33-alertmanager.yaml',
    '40-ping-service.yaml',
    '41-pinger.yaml',
  ]);
  expect(files['01-namespaces.yaml']).not.toContain('name: argo-rollouts');
  expect(files['30-prometheus.yaml']).toContain('namespace: rollouts-system');
});

test('a cluster that has Prometheus is judged, written to and shown by that one', () => {
  const url = 'http://prometheus.monitoring.svc:9090';
  const files = filesOf({ prometheus: { install: false, url } });
  expect(Object.keys(files)).not.toContain('30-prometheus.yaml');
  expect(files['40-ping-service.yaml']).toContain(`address: ${url}\n`);
  expect(files['31-tempo.yaml']).toContain(`url: ${url}/api/v1/write\n`);
  expect(files['32-grafana.yaml']).toContain(`url: ${url}\n`);
});

test('a fleet is counted from recordings, whose rules Prometheus evaluates at every look', () => {
  const traffic = { ...local.serviceLevel.traffic, replicas: 500 };
  const files = filesOf({ serviceLevel: { ...local.serviceLevel, traffic, countedFrom: 'recordings' } });
  const [group] = rulesOf(files, 'service-level.yml').filter(({ name }) => name === 'answer-records');
  expect(group?.interval).toBe('1s');
  expect(group?.rules.map(({ record }) => record)).toEqual(
    ['failed_answers_total', 'failed_answers_bad', 'slow_answers_good'].flatMap((counter) =>
      ['sum', 'increase', 'sum_of_others'].map((what) => `version:ping_${counter}:${what}`),
    ),
  );
  expect(files['40-ping-service.yaml']).toContain('version:ping_slow_answers_good:sum_of_others{');
  expect(files['40-ping-service.yaml']).not.toContain('http_server_request_duration');
  expect(files['32-grafana.yaml']).toContain('version:ping_slow_answers_good:sum_of_others{');
  expect(rulesOf(filesOf({}), 'service-level.yml').map(({ name }) => name)).not.toContain('answer-records');
});

test('recordings are refused where a Prometheus that is there already gets no rules', () => {
  const url = 'http://prometheus.monitoring.svc:9090';
  const changes: Partial<Environment> = {
    serviceLevel: { ...local.serviceLevel, countedFrom: 'recordings' },
    prometheus: { install: false, url },
  };
  expect(() => filesOf(changes)).toThrow(
    `local: serviceLevel.countedFrom: got recordings for the Prometheus at ${url}, which gets no rules from here; expected counters, or prometheus.install`,
  );
});

test('a cluster that has Grafana gets none, and nobody misses it', () => {
  const files = filesOf({ grafana: { install: false } });
  expect(Object.keys(files)).not.toContain('32-grafana.yaml');
  expect(files['30-prometheus.yaml']).toContain('alert: TempoDown');
  expect(files['30-prometheus.yaml']).not.toContain('alert: GrafanaDown');
});

test('a cluster that has Alertmanager tells that one, and misses none of ours', () => {
  const files = filesOf({ alertmanager: { install: false, url: 'https://alerts.example.com/main' } });
  expect(Object.keys(files)).not.toContain('33-alertmanager.yaml');
  expect(alertingOf(files)).toEqual({
    alertmanagers: [
      {
        scheme: 'https',
        path_prefix: '/main',
        timeout: '5s',
        static_configs: [{ targets: ['alerts.example.com'] }],
      },
    ],
  });
  expect(files['30-prometheus.yaml']).not.toContain('alert: AlertmanagerDown');
});

test('without any Alertmanager alerts are only shown', () => {
  const files = filesOf({ alertmanager: { install: false, url: undefined } });
  expect(alertingOf(files)).toBeUndefined();
  expect(files['30-prometheus.yaml']).not.toContain('alert: PrometheusWithoutAlertmanager');
});

/** The part of Prometheus' configuration that says who is told. */
function alertingOf(files: Record<string, string>): unknown {
  return (parse(configOf(files, 'prometheus-config', 'prometheus.yml')) as { alerting?: unknown }).alerting;
}

interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly { readonly record?: string }[];
}

function rulesOf(files: Record<string, string>, name: string): readonly RuleGroup[] {
  return (parse(configOf(files, 'prometheus-rules', name)) as { groups: RuleGroup[] }).groups;
}

/** A file of Prometheus, as its ConfigMap holds it. */
function configOf(files: Record<string, string>, configMap: string, key: string): string {
  const objects = [...parseAllDocuments(files['30-prometheus.yaml'] ?? '')].map((it) => it.toJS() as KubernetesObject);
  return objects.find(({ metadata }) => metadata.name === configMap)?.['data'][key] as string;
}

test('a claim takes the place of the pod’s own disk', () => {
  const storage = { kind: 'claim', mebibytes: 20_480, storageClass: 'fast' } as const;
  const { prometheus } = local;
  if (!prometheus.install) throw new Error('the local environment installs Prometheus');
  const text = filesOf({ prometheus: { ...prometheus, storage } })['30-prometheus.yaml'];
  expect(text).toContain('storageClassName: fast');
  expect(text).toContain('storage: 20Gi');
  expect(text).not.toContain('emptyDir');
});

test('a digest pins an image beside its tag', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(imageReference({ repository: 'a/b', tag: '1.2', digest, pullPolicy: 'IfNotPresent' })).toBe(
    `a/b:1.2@${digest}`,
  );
});

test('a declared behaviour that ping-service would refuse stops the synth, with every wrong value', () => {
  const initial = { version: 'the first', latency: [{ percent: 90, latencyMs: 500 }], successPercent: 120 };
  const environment = { ...local, pingService: { ...local.pingService, initial } };
  expect(() => synthesize(draw(environment))).toThrow(
    [
      'manifests: 3 problems',
      '  ping-service: SERVICE_VERSION: got "the first", expected 1 to 63 letters, digits, dots, dashes, underscores or plus signs, a letter or digit first, e.g. SERVICE_VERSION=1.4.0',
      '  ping-service: PING_LATENCY: got "90%500ms", expected shares <percent>%<latency> that add up to 100% (the shares add up to 90%, not 100%), e.g. PING_LATENCY=90%500ms,10%200ms',
      '  ping-service: PING_SUCCESS_PERCENT: got "120", expected a percentage from 0 to 100, e.g. PING_SUCCESS_PERCENT=95',
    ].join('\n'),
  );
});

test('the pinger sends and the Rollout walks what the analysis is calibrated for', () => {
  const traffic = { pingsPerSecond: 20, replicas: 10, weights: [10, 50] } as const;
  const files = filesOf({ serviceLevel: { ...local.serviceLevel, traffic } });
  expect(files['41-pinger.yaml']).toContain('name: PINGER_RATE\n              value: "20"\n');
  const [rollout] = parseAllDocuments(files['40-ping-service.yaml'] ?? '')
    .map((document) => document.toJS() as KubernetesObject)
    .filter(({ kind }) => kind === 'Rollout');
  expect(rollout?.['spec']).toMatchObject({
    replicas: 10,
    strategy: { canary: { steps: [{ setWeight: 10 }, { analysis: {} }, { setWeight: 50 }, { pause: {} }] } },
  });
});
