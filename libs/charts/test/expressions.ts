import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../src/synth/kubernetes-object.ts';

/** A PromQL expression and where it stands: file, object, and what it belongs to. */
export interface Expression {
  readonly where: string;
  readonly text: string;
}

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const manifestsFolder = join(import.meta.dirname, '../../../dist/manifests');

interface Located {
  readonly file: string;
  readonly object: KubernetesObject;
}

/** Every object of the committed manifests with the file that it stands in. */
export const committed: readonly Located[] = readdirSync(manifestsFolder).flatMap((file) =>
  [...parseAllDocuments(readFileSync(join(manifestsFolder, file), 'utf8'))].map((it) => ({
    file,
    object: it.toJS() as KubernetesObject,
  })),
);

/** A file of a ConfigMap. */
export interface MountedFile {
  readonly where: string;
  readonly name: string;
  readonly text: string;
}

export const mountedFiles: readonly MountedFile[] = committed
  .filter(({ object }) => object.kind === 'ConfigMap')
  .flatMap(({ file, object }) =>
    Object.entries((object['data'] ?? {}) as Record<string, string>).map(([name, text]) => ({
      where: `dist/manifests/${file}: ${object.metadata.name}/${name}`,
      name,
      text,
    })),
  );

/** Every recording and alerting rule. */
export const rules: readonly (Rule & { readonly where: string })[] = mountedFiles
  .filter(({ name, text }) => name.endsWith('.yml') && /^groups:/m.test(text))
  .flatMap(({ where, text }) =>
    (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) =>
      group.rules.map((rule) => ({ ...rule, where: `${where}: ${rule.alert ?? rule.record}` })),
    ),
  );

export const ruleExpressions: readonly Expression[] = rules.map(({ where, expr }) => ({ where, text: expr }));

interface Metric {
  readonly name: string;
  readonly provider: { readonly prometheus?: { readonly query: string } };
}

export const analysisExpressions: readonly Expression[] = committed
  .filter(({ object }) => /^(Cluster)?AnalysisTemplate$/.test(object.kind))
  .flatMap(({ file, object }) =>
    (object['spec'].metrics as readonly Metric[]).flatMap(({ name, provider }) =>
      provider.prometheus === undefined
        ? []
        : [{ where: `dist/manifests/${file}: ${object.metadata.name}: ${name}`, text: provider.prometheus.query }],
    ),
  );

/** Queries of panels, annotations and variables: every text named `expr`, and what stands inside `label_values(…)` and `query_result(…)`. */
export const dashboardExpressions: readonly Expression[] = mountedFiles
  .filter(({ name }) => name.endsWith('.json'))
  .flatMap(({ where, text }) => expressionsIn(JSON.parse(text), where));

function expressionsIn(value: unknown, where: string): Expression[] {
  if (typeof value !== 'object' || value === null) return [];
  const title = (value as { title?: unknown }).title;
  const place = typeof title === 'string' ? `${where}: ${title}` : where;
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (typeof item !== 'string') return expressionsIn(item, place);
    if (key === 'expr') return [{ where: place, text: item }];
    const variable =
      key === 'query' ? /^(?:label_values|query_result)\((.+?)(?:,\s*\w+)?\)$/.exec(item)?.[1] : undefined;
    return variable === undefined ? [] : [{ where: place, text: variable }];
  });
}

const runbook = join(import.meta.dirname, '../../../docs/runbook.md');
const partNames = ['Meaning', 'Impact', 'Look at', 'Do'] as const;

/** One section of the runbook. */
export interface Section {
  readonly heading: string;
  /** Names of the bold words that begin its paragraphs, in order. */
  readonly parts: readonly string[];
  readonly queries: readonly Expression[];
}

/** What each section must have. */
export const sectionParts: readonly string[] = partNames;

export const runbookSections: readonly Section[] = readFileSync(runbook, 'utf8')
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const heading = text.slice(0, text.indexOf('\n')).trim();
    return {
      heading,
      parts: [...text.matchAll(/^\*\*([A-Z][a-z ]+)\.\*\*/gm)].map(([, part]) => part as string),
      queries: [...text.matchAll(/^```promql\n([^`]+)```/gm)].map(([, query]) => ({
        where: `docs/runbook.md: ${heading}`,
        text: (query as string).trim(),
      })),
    };
  });
