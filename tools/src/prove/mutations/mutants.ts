import type { Document } from '../manifest/analysis-manifest.ts';
import { type Token, tokensOf } from '../manifest/promql.ts';

/** One change of the manifest. */
export interface Mutant {
  /** What is changed: query constant, comparison sign, limit … */
  readonly kind: string;
  /** Where it stands. */
  readonly where: string;
  readonly before: string;
  readonly after: string;
  readonly apply: () => Document[];
}

type Path = readonly (string | number)[];

/** Every mutant of the analysis and of the Rollout's strategy, each with one change. */
export function mutantsOf(documents: readonly Document[]): Mutant[] {
  return documents.flatMap((document, index) => {
    if (document?.kind === 'AnalysisTemplate') return templateMutants(new Place(documents, index));
    if (document?.kind === 'Rollout') return rolloutMutants(new Place(documents, index));
    return [];
  });
}

/** One document, of which copies with one change are made. */
class Place {
  readonly document: Document;
  readonly #documents: readonly Document[];
  readonly #index: number;

  constructor(documents: readonly Document[], index: number) {
    this.#documents = documents;
    this.#index = index;
    this.document = documents[index];
  }

  get(path: Path): Document {
    return path.reduce((it, key) => it?.[key], this.document);
  }

  /** `undefined` removes the field, or the element of a list. */
  mutant(kind: string, path: Path, after: unknown, label?: { where?: string; before: string; after: string }): Mutant {
    const text = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value));
    return {
      kind,
      where: label?.where ?? `${this.document.metadata.name} ${nameOf(this, path)}`,
      before: label?.before ?? text(this.get(path)),
      after: label?.after ?? text(after),
      apply: () => {
        const copy = structuredClone(this.document);
        const parent = path.slice(0, -1).reduce((it, key) => it[key], copy);
        const key = path.at(-1) as string | number;
        if (after !== undefined) parent[key] = after;
        else if (Array.isArray(parent)) parent.splice(key as number, 1);
        else delete parent[key];
        return this.#documents.with(this.#index, copy);
      },
    };
  }
}

function nameOf(place: Place, path: Path): string {
  const [spec, metrics, index, ...rest] = path;
  if (metrics === 'metrics') return `${place.get([spec as string, metrics, index as number]).name}: ${rest.join('.')}`;
  return path.slice(1).join('.');
}

const wholeLimits = [
  'count',
  'failureLimit',
  'consecutiveSuccessLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
] as const;

function templateMutants(place: Place): Mutant[] {
  const metrics: Document[] = place.document.spec.metrics;
  return [
    ...place.document.spec.args.map((_: Document, index: number) =>
      place.mutant('declared argument', ['spec', 'args', index], undefined),
    ),
    ...metrics.flatMap((metric, index) => {
      const path = ['spec', 'metrics', index];
      const at = (field: string) => [...path, field];
      return [
        place.mutant('metric', path, undefined, { before: metric.name, after: 'absent' }),
        place.mutant('metric name', at('name'), 'renamed'),
        ...wholeLimits.filter((limit) => limit in metric).flatMap((limit) => limitMutants(place, at(limit))),
        ...['2s', '500ms'].map((interval) => place.mutant('interval', at('interval'), interval)),
        ...['successCondition', 'failureCondition'].flatMap((field) => conditionMutants(place, at(field))),
        place.mutant(
          'address',
          [...path, 'provider', 'prometheus', 'address'],
          'http://prometheus.observability.svc:9091',
        ),
        ...queryMutants(place, [...path, 'provider', 'prometheus', 'query']),
      ];
    }),
  ];
}

function limitMutants(place: Place, path: Path): Mutant[] {
  const value = place.get(path) as number;
  return [value + 1, value - 1, undefined].map((after) => place.mutant('limit', path, after));
}

function conditionMutants(place: Place, path: Path): Mutant[] {
  const condition = place.get(path) as string;
  const parts = [...condition.matchAll(/(?<sign><=|>=|==|<|>)|(?<joint>\|\|)|(?<= )(?<number>-?\d+(?:\.\d+)?)/g)];
  return parts.flatMap(({ index, 0: text, groups }) => {
    const kind = groups?.['sign'] ? 'comparison sign' : groups?.['joint'] ? 'joint of conditions' : 'condition bound';
    const others = groups?.['sign'] ? signsFor(text) : groups?.['joint'] ? ['&&'] : numbersFor(text);
    return others.map((other) =>
      place.mutant(kind, path, condition.slice(0, index) + other + condition.slice(index + text.length)),
    );
  });
}

function signsFor(sign: string): string[] {
  const others: Readonly<Record<string, string[]>> = {
    '<': ['<=', '>'],
    '<=': ['<', '>'],
    '>': ['>=', '<'],
    '>=': ['>', '<'],
    '==': ['!='],
  };
  return others[sign] ?? [];
}

/** A tenth more and a tenth less, or one more and one less of nothing; in as many decimals. */
function numbersFor(text: string): string[] {
  const value = Number(text);
  if (value === 0) return ['1', '-1'];
  const decimals = Math.max(1, (text.split('.')[1] ?? '').length);
  return [value * 1.1, value * 0.9].map((it) => `${Number(it.toFixed(decimals))}`);
}

/** Each token of a query that isn't mere grammar, changed where it stands. */
function queryMutants(place: Place, path: Path): Mutant[] {
  const query = place.get(path) as string;
  const tokens = tokensOf(query);
  return tokens.flatMap((token, index) =>
    changesOf(tokens, index).map(({ kind, from = token.at, to = token.at + token.text.length, text }) =>
      place.mutant(kind, path, query.slice(0, from) + text + query.slice(to), {
        where: `${place.document.metadata.name} ${place.get(path.slice(0, 3)).name}: query at ${token.at}`,
        before: `…${query.slice(Math.max(0, from - 30), to + 30)}…`,
        after: `…${query.slice(Math.max(0, from - 30), from)}${text}${query.slice(to, to + 30)}…`,
      }),
    ),
  );
}

interface Change {
  readonly kind: string;
  readonly from?: number;
  readonly to?: number;
  readonly text: string;
}

const arithmetic: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*' };

function changesOf(tokens: readonly Token[], index: number): Change[] {
  const token = tokens[index] as Token;
  const next = tokens[index + 1];
  switch (token.kind) {
    case 'number':
      return numbersFor(token.text).map((text) => ({ kind: 'query constant', text }));
    case 'duration':
      return [2, 0.5].map((factor) => ({ kind: 'window', text: scaled(token.text, factor) }));
    case 'sign':
      if (signsFor(token.text).length > 0)
        return signsFor(token.text).map((text) => ({ kind: 'comparison sign', text }));
      return token.text in arithmetic ? [{ kind: 'arithmetic sign', text: arithmetic[token.text] as string }] : [];
    case 'name':
      if (['=', '=~'].includes(next?.text ?? '')) return matcherChanges(tokens, index);
      if (next?.text === '{') return [{ kind: 'metric name', text: otherMetric(token.text) }];
      if (token.text === 'sum') return [{ kind: 'aggregation', text: 'count' }];
      if (token.text === 'count') return [{ kind: 'aggregation', text: 'sum' }];
      if (token.text === 'clamp_min') return [{ kind: 'clamp', text: 'clamp_max' }];
      if (token.text === 'clamp_max') return [{ kind: 'clamp', text: 'clamp_min' }];
      return [];
    case 'string':
      return [];
  }
}

/** The label matcher that starts at a token: left out, turned into its opposite, and with another value. */
function matcherChanges(tokens: readonly Token[], index: number): Change[] {
  const [label, operator, value, after] = tokens.slice(index, index + 4) as [Token, Token, Token, Token];
  const before = tokens[index - 1] as Token;
  const end = value.at + value.text.length;
  const [from, to] =
    before.text === '{' && after.text === ','
      ? [label.at, after.at + 1]
      : [before.text === ',' ? before.at : label.at, end];
  return [
    { kind: 'label matcher', from, to, text: '' },
    { kind: 'label matcher', from: operator.at, to: value.at, text: operator.text === '=' ? '!=' : '!~' },
    { kind: 'label matcher', from: value.at, to: end, text: `"${otherValue(value.text.slice(1, -1))}"` },
  ];
}

function otherValue(value: string): string {
  const others: Readonly<Record<string, string>> = {
    '5..': '4..',
    '1([.]0)?': '2[.]5',
    '200': '500',
    '{{args.canary-hash}}': '{{args.stable-hash}}',
    '{{args.stable-hash}}': '{{args.canary-hash}}',
  };
  return others[value] ?? `other-${value}`;
}

function otherMetric(name: string): string {
  if (name.endsWith('_count')) return name.replace(/_count$/, '_sum');
  if (name.endsWith('_bucket')) return name.replace(/_bucket$/, '_count');
  return `other_${name}`;
}

/** A duration some times as long, in milliseconds where that is no whole number of its unit. */
function scaled(text: string, factor: number): string {
  const amount = Number.parseInt(text, 10) * factor;
  const unit = text.replace(/\d+/, '');
  if (Number.isInteger(amount)) return `${amount}${unit}`;
  return unit === 'm' ? `${amount * 60}s` : `${amount * 1000}ms`;
}

function rolloutMutants(place: Place): Mutant[] {
  const canary: Path = ['spec', 'strategy', 'canary'];
  const steps: Document[] = place.get([...canary, 'steps']);
  return [
    ...[
      ['spec', 'replicas'],
      [...canary, 'maxSurge'],
      [...canary, 'maxUnavailable'],
    ].flatMap((path) => [1, -1].map((step) => place.mutant('replica count', path, (place.get(path) as number) + step))),
    ...[0, 2, undefined].map((after) => place.mutant('starting step', [...canary, 'analysis', 'startingStep'], after)),
    place.mutant('watch', [...canary, 'analysis'], undefined),
    ...analysisMutants(place, [...canary, 'analysis']),
    ...steps.flatMap((step, index) => stepMutants(place, step, [...canary, 'steps', index])),
  ];
}

function stepMutants(place: Place, step: Document, path: Path): Mutant[] {
  const removed = place.mutant('step', path, undefined, { before: JSON.stringify(step).slice(0, 60), after: 'absent' });
  const [kind] = Object.keys(step);
  if (kind === 'analysis') return [removed, ...analysisMutants(place, [...path, 'analysis'])];
  const at = [...path, kind as string, ...(kind === 'pause' ? ['duration'] : [])];
  if (kind === 'pause') {
    const duration = place.get(at) as string;
    const seconds = Number.parseInt(duration, 10);
    const others = [`${seconds + 1}s`, `${seconds - 1}s`, scaled(duration, 2), scaled(duration, 0.5), undefined];
    return [removed, ...others.map((after) => place.mutant('pause', at, after))];
  }
  return [removed, ...[20, -20, 1, -1].map((by) => place.mutant('weight', at, (place.get(at) as number) + by))];
}

function analysisMutants(place: Place, path: Path): Mutant[] {
  const { args, templates } = place.get(path) as Document;
  const template = [...path, 'templates', 0, 'templateName'];
  const name = place.get(template) as string;
  return [
    ...templates.map(() =>
      place.mutant(
        'template',
        template,
        name.endsWith('gate') ? name.replace(/gate$/, 'watch') : name.replace(/watch$/, 'gate'),
      ),
    ),
    ...args.flatMap(({ valueFrom }: Document, index: number) => {
      const at = [...path, 'args', index, 'valueFrom'];
      const other = valueFrom.podTemplateHashValue === 'Latest' ? 'Stable' : 'Latest';
      return [
        place.mutant('argument', [...path, 'args', index], undefined),
        valueFrom.fieldRef === undefined
          ? place.mutant('argument source', [...at, 'podTemplateHashValue'], other)
          : place.mutant('argument source', [...at, 'fieldRef', 'fieldPath'], 'metadata.name'),
      ];
    }),
  ];
}
