import { parseAllDocuments } from 'yaml';
import type { ManifestMetric } from './measuring.ts';
import { durationMs } from './promql.ts';

/** One step of the canary. */
export type Step =
  | { readonly kind: 'weight'; readonly percent: number }
  | { readonly kind: 'analysis'; readonly metrics: readonly ManifestMetric[] }
  | { readonly kind: 'pause'; readonly ms: number };

/** The release as `dist/manifests` tells it to Argo Rollouts. */
export interface ReleaseManifest {
  readonly namespace: string;
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly steps: readonly Step[];
  readonly watch: readonly ManifestMetric[];
  /** Index of the step from which on the watch looks. */
  readonly startingStep: number;
}

/** Names that stand for the two versions in resolved queries. */
export const hashes = { canary: 'canary-hash', stable: 'stable-hash' } as const;

/** A parsed document: what it holds is checked where it is read. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Document = any;

export function parseManifest(text: string): Document[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Document);
}

/**
 * Reads the release from the documents of one file, and nothing from the code that wrote it.
 *
 * Errors: a RangeError for a field that it doesn't know, an argument that stays open, or a count that Argo Rollouts refuses.
 */
export function readRelease(documents: readonly Document[]): ReleaseManifest {
  const rollout = only(documents, 'Rollout');
  const { canary } = rollout.spec.strategy;
  known('canary', canary, ['analysis', 'maxSurge', 'maxUnavailable', 'steps']);
  const analysis = (it: Document): ManifestMetric[] => metricsOf(it, documents, rollout);
  return {
    namespace: rollout.metadata.namespace,
    replicas: whole('replicas', rollout.spec.replicas),
    maxSurge: whole('maxSurge', canary.maxSurge),
    maxUnavailable: whole('maxUnavailable', canary.maxUnavailable),
    steps: canary.steps.map((step: Document) => readStep(step, analysis)),
    watch: analysis(canary.analysis),
    startingStep: whole('startingStep', canary.analysis.startingStep ?? 0),
  };
}

function readStep(step: Document, analysis: (it: Document) => ManifestMetric[]): Step {
  const [kind = 'nothing', ...more] = Object.keys(step as object);
  if (more.length > 0) throw new RangeError(`step: got ${kind} and ${more.join(', ')}, expected one kind`);
  switch (kind) {
    case 'setWeight':
      return { kind: 'weight', percent: whole('setWeight', step.setWeight) };
    case 'pause':
      // Without a duration a pause ends when a human says so.
      return { kind: 'pause', ms: step.pause.duration === undefined ? Infinity : durationMs(step.pause.duration) };
    case 'analysis':
      return { kind: 'analysis', metrics: analysis(step.analysis) };
    default:
      throw new RangeError(`step: got ${kind}, expected setWeight, pause or analysis`);
  }
}

/** Metrics of an analysis with its arguments filled in. */
function metricsOf(analysis: Document, documents: readonly Document[], rollout: Document): ManifestMetric[] {
  known('analysis', analysis, ['args', 'startingStep', 'templates']);
  const values = new Map<string, string>(analysis.args.map((it: Document) => [it.name, valueOf(it, rollout)]));
  return analysis.templates.flatMap(({ templateName }: Document) => {
    const { spec } =
      documents.find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name === templateName) ??
      unresolved(`template ${templateName}`);
    const declared = new Set<string>(spec.args.map(({ name }: Document) => name));
    const fill = (text: string) =>
      text.replaceAll(/\{\{args\.([^}]+)\}\}/g, (_, name: string) =>
        declared.has(name) ? (values.get(name) ?? unresolved(name)) : unresolved(name),
      );
    return spec.metrics.map((metric: Document) => readMetric(metric, fill));
  });
}

function valueOf({ name, valueFrom }: Document, { metadata }: Document): string {
  switch (valueFrom.podTemplateHashValue) {
    case 'Latest':
      return hashes.canary;
    case 'Stable':
      return hashes.stable;
    default: {
      const [, field = ''] = /^metadata\.(\w+)$/.exec(valueFrom.fieldRef?.fieldPath ?? '') ?? [];
      return metadata[field] ?? unresolved(`${name}: ${JSON.stringify(valueFrom)}`);
    }
  }
}

const limits = ['failureLimit', 'consecutiveSuccessLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'] as const;

function readMetric(metric: Document, fill: (text: string) => string): ManifestMetric {
  known(metric.name, metric, [
    'name',
    'interval',
    'count',
    'successCondition',
    'failureCondition',
    'provider',
    ...limits,
  ]);
  const { address, query } = metric.provider.prometheus;
  // Argo Rollouts tolerates four errors in a row and none of the others unless it is told.
  const [failureLimit, consecutiveSuccessLimit, inconclusiveLimit, consecutiveErrorLimit] = limits.map((limit) =>
    whole(limit, metric[limit] ?? (limit === 'consecutiveErrorLimit' ? 4 : 0)),
  ) as [number, number, number, number];
  if (
    metric.count !== undefined &&
    whole('count', metric.count) < Math.max(inconclusiveLimit, failureLimit + consecutiveSuccessLimit)
  ) {
    throw new RangeError(
      `${metric.name}: got count ${metric.count}, which is below its limits; Argo Rollouts refuses it`,
    );
  }
  return {
    name: metric.name,
    query: fill(query),
    address,
    intervalMs: durationMs(metric.interval),
    ...(metric.count === undefined ? {} : { count: metric.count }),
    successCondition: metric.successCondition,
    failureCondition: metric.failureCondition,
    failureLimit,
    consecutiveSuccessLimit,
    inconclusiveLimit,
    consecutiveErrorLimit,
  };
}

function only(documents: readonly Document[], kind: string): Document {
  const [first, ...more] = documents.filter((document) => document?.kind === kind);
  if (first === undefined || more.length > 0)
    throw new RangeError(`manifest: got ${more.length + (first ? 1 : 0)} of ${kind}, expected one`);
  return first;
}

function known(where: string, it: Document, fields: readonly string[]): void {
  const other = Object.keys(it).filter((field) => !fields.includes(field));
  if (other.length > 0) throw new RangeError(`${where}: got ${other.join(', ')}, expected only ${fields.join(', ')}`);
}

function whole(where: string, value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0)
    throw new RangeError(`${where}: got ${JSON.stringify(value)}, expected a whole number from 0`);
  return value as number;
}

function unresolved(what: string): never {
  throw new RangeError(`analysis: ${what} is not resolved`);
}
