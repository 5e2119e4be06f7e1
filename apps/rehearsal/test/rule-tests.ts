import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root, workspaceManifests } from './workspace.ts';

/** Written by hand, from the story's numbers; they name the rule files that are taken from the manifests. */
export const testsFolder = join(root, 'libs/slo/promtool');
export const testFiles = readdirSync(testsFolder).filter((name) => name.endsWith('.test.yaml'));

/** A rule as Prometheus reads it. */
export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RuleGroups {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/** What promtool is to find of one alert at one time. */
export interface Expectation {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>> }[];
}

/** A file of promtool, as far as it is read here. */
export interface HandWritten {
  readonly rule_files: readonly string[];
  readonly group_eval_order?: readonly string[];
  readonly tests: readonly {
    readonly name: string;
    readonly input_series?: readonly { readonly series: string }[];
    readonly alert_rule_test?: readonly Expectation[];
    readonly promql_expr_test?: readonly { readonly expr: string }[];
  }[];
}

export function handWritten(name: string): HandWritten {
  return parse(readFileSync(join(testsFolder, name), 'utf8')) as HandWritten;
}

/** The rule files of Prometheus, as the ConfigMaps of the manifests hold them. */
export function ruleFiles(): readonly [name: string, text: string][] {
  const files = workspaceManifests()
    .ofKind('ConfigMap')
    .flatMap(({ object }) => Object.entries((object['data'] ?? {}) as Record<string, string>));
  return files.filter(([name, text]) => name.endsWith('.yml') && /^groups:/m.test(text));
}

export function rulesOf(text: string): readonly Rule[] {
  return (parse(text) as RuleGroups).groups.flatMap(({ rules }) => rules);
}
