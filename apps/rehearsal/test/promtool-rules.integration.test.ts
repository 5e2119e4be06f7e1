import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analysisArguments } from '@observed-rollouts/slo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { metricsOfRun } from '../src/analysis/metrics-of-run.ts';
import { readTemplate } from '../src/analysis/template.ts';
import { handWritten, ruleFiles, rulesOf, testFiles, testsFolder } from './rule-tests.ts';
import { runTool, workspaceManifests, workspaceToolchain } from './workspace.ts';

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

describe('the tests beside the rules', () => {
  const tests = testFiles.flatMap((name) => handWritten(name).tests);
  const rules = ruleFiles().flatMap(([, text]) => rulesOf(text));
  const alerts = [...new Set(rules.flatMap(({ alert = [] }) => alert))].toSorted();
  const metrics = rulesOf(analysisRules());

  // promtool passes a test that expects nothing of an alert that doesn't exist.
  it('see every alert fire, and name none that does not exist', () => {
    const expectations = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
    const fired = expectations.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname);
    expect([...new Set(fired)].toSorted()).toEqual(alerts);
    expect(expectations.filter(({ alertname }) => !alerts.includes(alertname))).toEqual([]);
  });

  it('read every recorded share and every metric of the analysis', () => {
    const read = tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test.map(({ expr }) => expr));
    const records = [...rules, ...metrics].flatMap(({ record = [] }) => record);
    expect(records.length).toBeGreaterThan(9);
    expect(records.filter((record) => !read.some((expr) => expr.split(/[^\w:]/).includes(record)))).toEqual([]);
  });
});
