import type { IMetric } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Metric';
import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { describe, type ManifestIndex } from './objects.ts';
import { type Analysis, stepsOf } from './rollouts.ts';

/** One use of templates by a Rollout; an inline one gates a step, a background one only guards. */
interface Use {
  readonly rollout: KubernetesObject;
  readonly place: string;
  readonly analysis: Analysis;
  readonly gates: boolean;
}

const templateKinds = ['AnalysisTemplate', 'ClusterAnalysisTemplate'];
const duration = /^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/;

/** Templates are complete, and each Rollout uses them as their kind allows. */
export function checkAnalyses(manifests: ManifestIndex): string[] {
  return [
    ...manifests
      .ofKind(...templateKinds)
      .flatMap((template) => metricsOf(template).flatMap((metric) => metricProblems(template, metric))),
    ...manifests
      .ofKind('Rollout')
      .flatMap(usesOf)
      .flatMap((use) => useProblems(manifests, use)),
  ];
}

function metricsOf(template: KubernetesObject): readonly IMetric[] {
  return template['spec']?.metrics ?? [];
}

function metricProblems(template: KubernetesObject, metric: IMetric): string[] {
  const place = `${describe(template)}: metric ${metric.name}`;
  const problems: string[] = [];
  const { successCondition = '', failureCondition = '', interval, count, provider } = metric;
  if (successCondition === '' && failureCondition === '') {
    problems.push(`${place}: got no condition, expected one: without it every answer is a success`);
  }
  for (const condition of [successCondition, failureCondition].filter((it) => /\b(isNil|default)\(/.test(it))) {
    problems.push(
      `${place}: got condition ${JSON.stringify(condition)}, expected len(result) == 0: an empty result isn't nil`,
    );
  }
  if (interval !== undefined && !duration.test(interval)) {
    problems.push(`${place}: interval: got "${interval}", expected a duration with unit ms, s, m or h, e.g. 5s`);
  }
  if (typeof count === 'number' && count > 1 && interval === undefined) {
    problems.push(`${place}: got count ${count} without interval, expected both, e.g. interval: 5s`);
  }
  problems.push(...limitProblems(place, metric));
  const declared = argumentsOf(template);
  const query = provider.prometheus?.query ?? '';
  for (const [, inner = ''] of query.matchAll(/\{\{(.*?)\}\}/g)) {
    const name = /^\s*args\.([A-Za-z0-9-]+)\s*$/.exec(inner)?.[1];
    if (name === undefined || !declared.some((argument) => argument.name === name)) {
      problems.push(`${place}: query holds {{${inner}}}, expected a declared argument: ${namesOf(declared)}`);
    }
  }
  return problems;
}

function limitProblems(place: string, metric: IMetric): string[] {
  const { count, failureLimit = 0, consecutiveSuccessLimit = 0, inconclusiveLimit = 0 } = metric;
  if (typeof count !== 'number') return [];
  const problems: string[] = [];
  const needed = Math.max(Number(failureLimit), 0) + Number(consecutiveSuccessLimit);
  if (count < needed) {
    problems.push(`${place}: got count ${count}, expected at least failureLimit + consecutiveSuccessLimit = ${needed}`);
  }
  if (count < Number(inconclusiveLimit)) {
    problems.push(`${place}: got inconclusiveLimit ${inconclusiveLimit}, expected at most count (${count})`);
  }
  return problems;
}

interface TemplateArgument {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

function argumentsOf(template: KubernetesObject): readonly TemplateArgument[] {
  return template['spec']?.args ?? [];
}

function namesOf(declared: readonly TemplateArgument[]): string {
  return declared.length === 0 ? 'none is' : declared.map(({ name }) => name).join(', ');
}

function usesOf(rollout: KubernetesObject): Use[] {
  const inline = stepsOf(rollout).flatMap(({ analysis }, index) =>
    analysis === undefined ? [] : [{ rollout, place: `steps[${index}].analysis`, analysis, gates: true }],
  );
  const background: Analysis | undefined = rollout['spec']?.strategy?.canary?.analysis;
  return background === undefined
    ? inline
    : [...inline, { rollout, place: 'canary.analysis', analysis: background, gates: false }];
}

function useProblems(manifests: ManifestIndex, use: Use): string[] {
  const { rollout, analysis } = use;
  const place = `${describe(rollout)}: ${use.place}`;
  const templates: KubernetesObject[] = [];
  const problems: string[] = [];
  for (const { templateName, clusterScope = false } of analysis.templates ?? []) {
    const template = clusterScope
      ? manifests.find('ClusterAnalysisTemplate', undefined, templateName)
      : manifests.find('AnalysisTemplate', rollout.metadata.namespace, templateName);
    if (template === undefined)
      problems.push(`${place}: template ${templateName} doesn't exist, expected it in the manifests`);
    else templates.push(template);
  }
  if (templates.length < (analysis.templates?.length ?? 0)) return problems;
  return [...problems, ...argumentProblems(place, analysis, templates), ...countProblems(place, use, templates)];
}

function argumentProblems(place: string, { args = [] }: Analysis, templates: readonly KubernetesObject[]): string[] {
  const declared = templates.flatMap(argumentsOf);
  const unknown = args.filter(({ name }) => !declared.some((argument) => argument.name === name));
  const missing = declared.filter(
    ({ name, value, valueFrom }) =>
      value === undefined && valueFrom === undefined && !args.some((it) => it.name === name),
  );
  const untyped = args.filter(({ value }) => value !== undefined && typeof value !== 'string');
  return [
    ...unknown.map(({ name }) => `${place}: passes argument ${name}, expected a declared one: ${namesOf(declared)}`),
    ...missing.map(({ name }) => `${place}: argument ${name} gets no value, expected one: the template has no default`),
    ...untyped.map(({ name, value }) => `${place}: argument ${name}: got ${JSON.stringify(value)}, expected a string`),
  ];
}

function countProblems(place: string, { gates }: Use, templates: readonly KubernetesObject[]): string[] {
  const metrics = templates.flatMap(metricsOf);
  const names = metrics.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return [
    ...twice.map((name) => `${place}: metric ${name} comes twice, expected names of their own across all templates`),
    ...metrics.flatMap(({ name, count, interval }) => {
      if (gates && !isLiteralCount(count) && !(count === undefined && interval === undefined)) {
        return [
          `${place}: metric ${name} has count ${JSON.stringify(count)}, expected a literal one: a gate must come to an end`,
        ];
      }
      if (!gates && count !== undefined) {
        return [
          `${place}: metric ${name} has count ${JSON.stringify(count)}, expected none: a watch that ends guards only half the release`,
        ];
      }
      return [];
    }),
  ];
}

function isLiteralCount(count: unknown): boolean {
  return typeof count === 'number' && Number.isInteger(count) && count >= 1;
}
