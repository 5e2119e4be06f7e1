import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { handWritten, type Rule, type RuleGroups, ruleFiles, rulesOf, testFiles } from './rule-tests.ts';
import { runTool, workspaceToolchain } from './workspace.ts';

/** A share or a time that an alert compares with. Not those of counts, none or one: half of them is the same; nor the least number of answers, which is a guard. */
const limit = /([<>]=? )(?!(?:0|1|100)(?![.\d]))(\d+(?:\.\d+)?)/g;

interface Limit {
  readonly name: string;
  readonly has: (rule: Rule) => boolean;
  readonly scale: (rule: Rule, factor: number) => Rule;
}

const limits: readonly Limit[] = [
  {
    name: 'patience',
    has: (rule) => rule.for !== undefined,
    scale: (rule, factor) => ({ ...rule, for: `${factor * secondsOf(rule.for ?? '')}s` }),
  },
  {
    name: 'threshold',
    has: ({ expr }) => expr.search(limit) >= 0,
    scale: (rule, factor) => ({
      ...rule,
      expr: rule.expr.replaceAll(limit, (_, sign: string, number: string) => `${sign}${Number(number) * factor}`),
    }),
  },
];

function secondsOf(duration: string): number {
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 };
  return [...duration.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * seconds[unit as keyof typeof seconds],
    0,
  );
}

let folder: string;
let promtool: string;

beforeAll(async () => {
  ({ promtool } = await workspaceToolchain());
  folder = mkdtempSync(join(tmpdir(), 'promtool-limits-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const groupsOf = new Map(ruleFiles().map(([name, text]) => [name, parse(text) as RuleGroups]));
const alerts = ruleFiles().flatMap(([, text]) => rulesOf(text).filter(({ alert }) => alert !== undefined));
const namesOf = (rules: readonly Rule[]) => [...new Set(rules.flatMap(({ alert = [] }) => alert))].toSorted();
const tests = testFiles.map((name) => ({ name, ...handWritten(name) }));

/** Of the alerts that a file tests, those that promtool no longer finds as expected once their limits are scaled. */
async function alertsThatFail(file: (typeof tests)[number], { has, scale }: Limit, factor: number): Promise<string[]> {
  const tested = new Set(file.tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test.map((one) => one.alertname)));
  const { groups } = groupsOf.get(file.rule_files[0] ?? '') ?? { groups: [] };
  const isScaled = (rule: Rule) => rule.alert !== undefined && tested.has(rule.alert) && has(rule);
  const all = groups.flatMap(({ rules }) => rules);
  const scaledAlerts = all.filter(isScaled);
  if (scaledAlerts.length === 0) return [];
  const needed = new Set([...scaledAlerts, ...recordsBehind(scaledAlerts, all)]);
  const scaled = groups.map((group) => ({
    ...group,
    rules: group.rules.filter((rule) => needed.has(rule)).map((rule) => (isScaled(rule) ? scale(rule, factor) : rule)),
  }));
  writeFileSync(join(folder, 'scaled.yml'), stringify({ groups: scaled }));
  writeFileSync(join(folder, file.name), stringify(onlyFor(file, namesOf(scaledAlerts))));
  const { stdout, stderr } = await runTool(promtool, ['test', 'rules', join(folder, file.name)]);
  expect(stdout + stderr).toMatch(/SUCCESS|FAILED/);
  return [...(stdout + stderr).matchAll(/alertname: (\w+)/g)].flatMap(([, name = []]) => name);
}

/** The records that rules compare, and those behind them. Without the others promtool takes a fraction of the time. */
function recordsBehind(rules: readonly Rule[], all: readonly Rule[]): readonly Rule[] {
  const names = new Set(rules.flatMap(({ expr }) => expr.match(/[a-z]+:\w+:\w+/g) ?? []));
  const records = all.filter(({ record = '' }) => names.has(record));
  return records.length === 0 ? [] : [...records, ...recordsBehind(records, all)];
}

/** A file with what it expects of some alerts alone. */
function onlyFor({ name: _, ...file }: (typeof tests)[number], names: readonly string[]) {
  return {
    ...file,
    rule_files: ['scaled.yml'],
    tests: file.tests
      .map(({ promql_expr_test: _left, alert_rule_test = [], ...test }) => ({
        ...test,
        alert_rule_test: alert_rule_test.filter(({ alertname }) => names.includes(alertname)),
      }))
      .filter(({ alert_rule_test }) => alert_rule_test.length > 0),
  };
}

describe('the tests beside the rules', () => {
  it('see each alert silent, firing and silent again in one story', () => {
    const told = tests.flatMap(({ tests }) => tests).flatMap(({ alert_rule_test = [] }) => storiesOf(alert_rule_test));
    const whole = told.filter(({ story }) => /silent( firing)+ silent/.test(story)).map(({ alert }) => alert);
    const alwaysOn = 'Watchdog';
    expect([...new Set(whole), alwaysOn].toSorted()).toEqual(namesOf(alerts));
  });

  it('see no burn and no outage at half of what it takes', () => {
    const ofObjectives = alerts.filter(({ labels = {} }) => labels['objective'] && labels['severity'] !== 'none');
    const halved = tests
      .flatMap(({ tests }) => tests)
      .filter(({ input_series = [] }) => input_series.some(({ series }) => series.includes('namespace="half-')))
      .flatMap(({ alert_rule_test = [] }) => alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0));
    expect([...new Set(halved.map(({ alertname }) => alertname))].toSorted()).toEqual(namesOf(ofObjectives));
    const fired = halved.flatMap(({ exp_alerts }) => exp_alerts.map(({ exp_labels }) => exp_labels['namespace']));
    expect(fired.filter((namespace) => namespace?.startsWith('half-'))).toEqual([]);
  });

  describe.each(limits)('hold the $name of each alert', (limit) => {
    const having = namesOf(alerts.filter(limit.has));

    it.each([
      { word: 'halved', factor: 0.5 },
      { word: 'doubled', factor: 2 },
    ])('so that none can be $word', async ({ factor }) => {
      const failed = new Set<string>();
      for (const file of tests) for (const alert of await alertsThatFail(file, limit, factor)) failed.add(alert);
      expect(having.length).toBeGreaterThan(2);
      expect([...failed].toSorted()).toEqual(having);
    });
  });
});

/** What a test expects of each of its alerts, in the order of time: `silent firing silent`. */
function storiesOf(expectations: readonly { alertname: string; eval_time: string; exp_alerts: readonly unknown[] }[]) {
  return [...new Set(expectations.map(({ alertname }) => alertname))].map((alert) => ({
    alert,
    story: expectations
      .filter(({ alertname }) => alertname === alert)
      .toSorted((one, other) => secondsOf(one.eval_time) - secondsOf(other.eval_time))
      .map(({ exp_alerts }) => (exp_alerts.length > 0 ? 'firing' : 'silent'))
      .join(' '),
  }));
}
