import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { metricsOfRun } from '../src/analysis/metrics-of-run.ts';
import { readTemplate } from '../src/analysis/template.ts';
import { readDeployment } from '../src/prometheus/deployment.ts';
import { type LocalConfig, writeLocalConfig } from '../src/prometheus/local-config.ts';
import { versionOf } from '../src/prometheus/server.ts';
import { runTool, workspaceManifests, workspaceToolchain } from './workspace.ts';

const manifests = workspaceManifests();
let folder: string;
let promtool: string;
let config: LocalConfig;

beforeAll(async () => {
  ({ promtool } = await workspaceToolchain());
  folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  config = writeLocalConfig(readDeployment(manifests), folder, versionOf(promtool));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("promtool, on Prometheus' configuration in the manifests", () => {
  it('accepts the configuration with its rules', async () => {
    writeFileSync(join(config.targetsFolder, 'observed-rollouts.json'), '[]');
    const { code, stdout, stderr } = await runTool(promtool, ['check', 'config', config.path]);
    expect({ code, failed: /FAILED.*/s.exec(stdout + stderr)?.[0] }).toEqual({ code: 0, failed: undefined });
  });

  it('accepts every rule file, and there is one', async () => {
    expect(config.ruleFiles.length).toBeGreaterThan(0);
    const { code, stdout } = await runTool(promtool, ['check', 'rules', ...config.ruleFiles]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  it('tells no Alertmanager and writes nowhere: a rehearsal has neither', () => {
    expect(Object.keys(readDeployment(manifests).config)).toContain('alerting');
    const local = parse(readFileSync(config.path, 'utf8')) as object;
    expect(Object.keys(local).filter((key) => /alerting|remote/.test(key))).toEqual([]);
  });

  it('keeps the metrics port of a running pod and gives it the labels that queries use', async () => {
    const pod = {
      __meta_kubernetes_namespace: 'observed-rollouts',
      __meta_kubernetes_pod_name: 'ping-service-abc-xyz',
      __meta_kubernetes_pod_phase: 'Running',
      __meta_kubernetes_pod_container_init: 'false',
      __meta_kubernetes_pod_container_name: 'ping-service',
      __meta_kubernetes_pod_label_app_kubernetes_io_name: 'ping-service',
      __meta_kubernetes_pod_label_app_kubernetes_io_version: 'initial',
      __meta_kubernetes_pod_label_rollouts_pod_template_hash: 'abc',
    };
    const target = (port: string, labels: object) => ({
      targets: [`10.0.0.1:${port}`],
      labels: { ...pod, __meta_kubernetes_pod_container_port_name: port === '9464' ? 'metrics' : 'http', ...labels },
    });
    const groups = [target('9464', {}), target('8080', {}), target('9464', { __meta_kubernetes_pod_phase: 'Pending' })];
    writeFileSync(join(config.targetsFolder, 'observed-rollouts.json'), JSON.stringify(groups));
    const { stdout } = await runTool(promtool, [
      'check',
      'service-discovery',
      '--timeout=3s',
      config.path,
      'workloads',
    ]);
    const found = JSON.parse(stdout) as readonly { labels: Record<string, string> }[];
    // A dropped target has no labels; labels with two underscores aren't stored.
    const kept = found.filter(({ labels }) => labels !== null && Object.keys(labels).length > 0);
    const stored = kept.map(({ labels }) =>
      Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__'))),
    );
    expect(stored).toEqual([
      {
        container: 'ping-service',
        instance: '10.0.0.1:9464',
        job: 'workloads',
        namespace: 'observed-rollouts',
        pod: 'ping-service-abc-xyz',
        rollouts_pod_template_hash: 'abc',
        service: 'ping-service',
        version: 'initial',
      },
    ]);
  });
});

/** An expression of the manifests and where it stands. */
interface Found {
  readonly where: string;
  readonly expression: string;
}

describe('promtool, on every PromQL expression of the manifests', () => {
  it.each([
    ['rules', ruleExpressions],
    ['analysis templates', analysisExpressions],
    ['dashboards', dashboardExpressions],
  ] as const)('parses those of the %s, and there are some', async (_kind, expressionsOf) => {
    const found = expressionsOf();
    expect(found.length).toBeGreaterThan(0);
    expect(await refused(found)).toEqual([]);
  });

  it('refuses one that is wrong, so that the checks above can fail', async () => {
    expect(await refused([{ where: 'here', expression: 'sum(rate(x[5m]) by (y' }])).toEqual([
      'here: sum(rate(x[5m]) by (y',
    ]);
  });
});

/** The expressions that promtool refuses: one file for all, and one by one only when that is refused. */
async function refused(found: readonly Found[]): Promise<readonly string[]> {
  if (await accepts(found)) return [];
  const wrong: string[] = [];
  for (const one of found) if (!(await accepts([one]))) wrong.push(`${one.where}: ${one.expression}`);
  return wrong;
}

async function accepts(found: readonly Found[]): Promise<boolean> {
  const file = join(folder, 'expressions.yml');
  const rules = found.map(({ expression }, index) => ({ record: `expression:${index}`, expr: expression }));
  writeFileSync(file, stringify({ groups: [{ name: 'expressions', rules }] }));
  return (await runTool(promtool, ['check', 'rules', file])).code === 0;
}

function ruleExpressions(): readonly Found[] {
  return config.ruleFiles.flatMap((file) => {
    const { groups } = parse(readFileSync(file, 'utf8')) as {
      groups: { rules: { expr: string; record?: string; alert?: string }[] }[];
    };
    return groups.flatMap(({ rules }) =>
      rules.map(({ expr, record, alert }) => ({ where: record ?? alert ?? '', expression: expr })),
    );
  });
}

function analysisExpressions(): readonly Found[] {
  return manifests.ofKind('AnalysisTemplate').flatMap(({ object }) => {
    const template = readTemplate(manifests, object.metadata.name);
    const args = Object.fromEntries(template.args.map(({ name }) => [name, 'sample']));
    return metricsOfRun({ templates: [template], args }).map(({ name, query }) => ({
      where: `${template.name} ${name}`,
      expression: query,
    }));
  });
}

/** Values that Grafana puts in before it asks Prometheus. */
const grafanaValues: readonly [pattern: RegExp, value: string][] = [
  [/\$\{?__(rate_interval|interval|range)\}?/g, '1m'],
  [/\$\{?__range_s\}?/g, '60'],
  [/\$\{\w+(:\w+)?\}|\$\w+/g, 'sample'],
];

/** Queries of panels, annotations and variables: every text named `expr`, and the query inside `label_values(…)`. */
function dashboardExpressions(): readonly Found[] {
  return manifests.ofKind('ConfigMap').flatMap(({ object }) =>
    Object.entries((object['data'] ?? {}) as Record<string, string>)
      .filter(([name]) => name.endsWith('.json'))
      .flatMap(([name, text]) =>
        expressionsIn(JSON.parse(text)).map((expression) => ({
          where: name,
          expression: grafanaValues.reduce((filled, [pattern, value]) => filled.replace(pattern, value), expression),
        })),
      ),
  );
}

function expressionsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (key === 'expr' && typeof item === 'string') return [item];
    const variable =
      key === 'query' && typeof item === 'string' ? /^label_values\((.+),\s*\w+\)$/.exec(item)?.[1] : undefined;
    return variable === undefined ? expressionsIn(item) : [variable];
  });
}
