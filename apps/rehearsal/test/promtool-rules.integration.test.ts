import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analysisArguments } from '@observed-rollouts/slo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { metricsOfRun } from '../src/analysis/metrics-of-run.ts';
import { readTemplate } from '../src/analysis/template.ts';
import { root, runTool, workspaceManifests, workspaceToolchain } from './workspace.ts';

/** Written by hand, from the story's numbers; they name the rule files that are taken from the manifests. */
const testsFolder = join(root, 'libs/slo/promtool');
const testFiles = readdirSync(testsFolder).filter((name) => name.endsWith('.test.yaml'));
const manifests = workspaceManifests();
let folder: string;
let promtool: string;

beforeAll(async () => {
  ({ promtool } = await workspaceToolchain());
  folder = mkdtempSync(join(tmpdir(), 'promtool-rules-'));
  for (const [name, text] of ruleFiles()) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'analysis.yml'), analysisRules());
  for (const name of testFiles) copyFileSync(join(testsFolder, name), join(folder, name));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rule files of Prometheus, as the ConfigMaps of the manifests hold them. */
function ruleFiles(): readonly [name: string, text: string][] {
  const files = manifests
    .ofKind('ConfigMap')
    .flatMap(({ object }) => Object.entries((object['data'] ?? {}) as Record<string, string>));
  return files.filter(([name, text]) => name.endsWith('.yml') && /^groups:/m.test(text));
}

/** The queries of every analysis as recording rules, `analysis:<metric>` each, for a release from `stable` to `canary`. */
function analysisRules(): string {
  const args = {
    [analysisArguments.namespace.name]: 'observed-rollouts',
    [analysisArguments.canaryHash.name]: 'canary',
    [analysisArguments.stableHash.name]: 'stable',
  };
  const rules = manifests
    .ofKind('AnalysisTemplate')
    .flatMap(({ object }) => metricsOfRun({ templates: [readTemplate(manifests, object.metadata.name)], args }))
    .map(({ name, query }) => ({ record: analysisRecord(name), expr: query }));
  return stringify({ groups: [{ name: 'analysis', rules }] });
}

function analysisRecord(metric: string): string {
  return `analysis:${metric.replaceAll('-', '_')}`;
}

describe('promtool, on the tests beside the rules', () => {
  it.each(testFiles)('passes %s', async (name) => {
    const { code, stdout, stderr } = await runTool(promtool, ['test', 'rules', join(folder, name)]);
    expect({ code, output: (stdout + stderr).slice(0, 4_000) }).toEqual({
      code: 0,
      output: expect.stringContaining('SUCCESS') as string,
    });
  });

  it('fails one whose expectation is wrong, so that the tests above can fail', async () => {
    const wrong = {
      evaluation_interval: '1m',
      tests: [{ promql_expr_test: [{ expr: 'vector(1)', eval_time: '1m' }] }],
    };
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, stringify(wrong));
    const { code, stdout, stderr } = await runTool(promtool, ['test', 'rules', file]);
    expect({ code, output: stdout + stderr }).toEqual({ code: 1, output: expect.stringContaining('FAILED') as string });
  });
});

interface Rule {
  readonly record?: string;
  readonly alert?: string;
}

interface HandWritten {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
    readonly promql_expr_test?: readonly { readonly expr: string }[];
  }[];
}

describe('the tests beside the rules', () => {
  const tests = testFiles.flatMap(
    (name) => (parse(readFileSync(join(testsFolder, name), 'utf8')) as HandWritten).tests,
  );
  const rules = ruleFiles().flatMap(([, text]) =>
    (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules),
  );
  const alerts = [...new Set(rules.flatMap(({ alert = [] }) => alert))].toSorted();
  const metrics = (parse(analysisRules()) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);

  // promtool passes a test that expects nothing of an alert that doesn't exist.
  it('see every alert fire, and name none that does not exist', () => {
    const expectations = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
    const fired = expectations.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname);
    expect([...new Set(fired)].toSorted()).toEqual(alerts);
    expect(expectations.filter(({ alertname }) => !alerts.includes(alertname))).toEqual([]);
  });

  it('see every alert that can be silent, silent', () => {
    const silent = tests
      .flatMap(({ alert_rule_test = [] }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length === 0)
      .map(({ alertname }) => alertname);
    const alwaysOn = 'Watchdog';
    expect([...new Set(silent), alwaysOn].toSorted()).toEqual(alerts);
  });

  it('read every recorded share and every metric of the analysis', () => {
    const read = tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test.map(({ expr }) => expr));
    const records = [...rules, ...metrics].flatMap(({ record = [] }) => record);
    expect(records.length).toBeGreaterThan(9);
    expect(records.filter((record) => !read.some((expr) => expr.split(/[^\w:]/).includes(record)))).toEqual([]);
  });
});
