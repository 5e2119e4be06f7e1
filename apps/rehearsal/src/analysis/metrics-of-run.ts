import { InputError, Problems } from '@observed-rollouts/command-line';
import { tryParseGoDuration } from '../input/go-duration.ts';
import { parseExpression } from './expression/parser.ts';
import { ExpressionError } from './expression/syntax.ts';
import type { Metric } from './metric.ts';
import type { AnalysisTemplate, MetricDeclaration } from './template.ts';

const defaultTimeoutSeconds = 30;
const defaultConsecutiveErrorLimit = 4;

/** A template with the values that the Rollout gives for its arguments. */
export interface TemplateCall {
  readonly templates: readonly AnalysisTemplate[];
  /** Values by argument name; one that no template declares is ignored, as the controller does. */
  readonly args: Readonly<Record<string, string>>;
}

/**
 * Fills in the arguments and reads each metric: what the controller does when it creates an analysis run.
 *
 * Errors: {@link InputError} with every argument without a value, every reference to an undeclared one, metrics of the same name in
 *         two templates, and every value that Argo Rollouts would refuse.
 */
export function metricsOfRun({ templates, args }: TemplateCall): readonly Metric[] {
  const problems = new Problems();
  for (const problem of conflictingDefaults(templates, args)) problems.add(problem);
  const seen = new Set<string>();
  const metrics = templates.flatMap((template) => {
    const values = problems.collect(() => resolveArguments(template, args));
    return template.metrics.map((declaration) => {
      const where = `${template.where}: metric ${declaration.name}`;
      if (seen.has(declaration.name))
        problems.add(`${where}: another template of the same analysis has a metric of this name`);
      seen.add(declaration.name);
      return values && problems.collect(() => readMetric(substitute(declaration, values, where), where));
    });
  });
  problems.throwIfAny();
  return metrics.filter((metric) => metric !== undefined);
}

/**
 * What Argo Rollouts' validation says of a step whose analysis has no end.
 *
 * Errors: {@link InputError} with every metric that is measured again and again without a count: the step would never be over.
 */
export function checkEnds(metrics: readonly Metric[], where: string): void {
  const problems = new Problems();
  for (const { name, count } of metrics) {
    if (count === undefined)
      problems.add(`${where}: metric ${name}: count: missing, expected one: without it the metric runs indefinitely`);
  }
  problems.throwIfAny();
}

/** Templates of one analysis share their arguments: two defaults of one would leave open which holds. */
function conflictingDefaults(templates: readonly AnalysisTemplate[], given: TemplateCall['args']): readonly string[] {
  const defaults = new Map<string, string>();
  return templates.flatMap(({ where, args }) =>
    args.flatMap(({ name, value }) => {
      const other = defaults.get(name);
      if (value === undefined || given[name] !== undefined) return [];
      defaults.set(name, value);
      if (other === undefined || other === value) return [];
      return [
        `${where}: args.${name}: got default ${JSON.stringify(value)}, expected ${JSON.stringify(other)} as in another template of the same analysis`,
      ];
    }),
  );
}

function resolveArguments({ where, args }: AnalysisTemplate, given: TemplateCall['args']): Map<string, string> {
  const values = new Map<string, string>();
  const problems = new Problems();
  for (const { name, value } of args) {
    const resolved = given[name] ?? value;
    if (resolved !== undefined) values.set(name, resolved);
    else problems.add(`${where}: args.${name} was not resolved: it has no default and the Rollout gives no value`);
  }
  problems.throwIfAny();
  return values;
}

function substitute<T>(value: T, args: ReadonlyMap<string, string>, where: string): T {
  if (typeof value === 'string') return substituteText(value, args, where) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, args, where)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, args, where)])) as T;
}

function substituteText(text: string, args: ReadonlyMap<string, string>, where: string): string {
  return text.replace(/\{\{(.*?)\}\}/gs, (reference, inner: string) => {
    const name = /^\s*args\.(\S+)\s*$/.exec(inner)?.[1];
    const value = name === undefined ? undefined : args.get(name);
    if (value !== undefined) return value;
    throw new InputError([`${where}: ${reference} isn't a declared argument of the template`]);
  });
}

function readMetric(declared: MetricDeclaration, where: string): Metric {
  const problems = new Problems();
  const limit = (field: keyof MetricDeclaration, minimum: number, fallback: number) =>
    problems.collect(() => readInteger(declared, field, minimum, where)) ?? fallback;
  const duration = (field: 'interval' | 'initialDelay') => problems.collect(() => readDuration(declared, field, where));
  const intervalMs = duration('interval');
  const count = limit('count', 0, 0) || (intervalMs === undefined ? 1 : undefined);
  const timeout = declared.provider.prometheus.timeout ?? defaultTimeoutSeconds;
  if (timeout <= 0)
    problems.add(`${where}: provider.prometheus.timeout: got ${timeout}, expected a positive number of seconds`);
  problems.collect(() => checkAddress(declared.provider.prometheus.address, where));
  const { successCondition, failureCondition } = declared;
  for (const condition of [successCondition, failureCondition])
    problems.collect(() => checkCondition(condition, where));
  const metric: Metric = {
    name: declared.name,
    query: declared.provider.prometheus.query,
    timeoutMs: timeout * 1000,
    ...(successCondition ? { successCondition } : {}),
    ...(failureCondition ? { failureCondition } : {}),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    initialDelayMs: duration('initialDelay') ?? 0,
    ...(count === undefined ? {} : { count }),
    failureLimit: limit('failureLimit', -1, 0),
    inconclusiveLimit: limit('inconclusiveLimit', 0, 0),
    consecutiveErrorLimit: limit('consecutiveErrorLimit', 0, defaultConsecutiveErrorLimit),
    consecutiveSuccessLimit: limit('consecutiveSuccessLimit', 0, 0),
  };
  for (const problem of contradictions(metric)) problems.add(`${where}: ${problem}`);
  problems.throwIfAny();
  return metric;
}

/** What Argo Rollouts' validation refuses. */
function contradictions({ count, intervalMs, ...limits }: Metric): readonly string[] {
  const { failureLimit, inconclusiveLimit, consecutiveSuccessLimit } = limits;
  const problems: string[] = [];
  if (count !== undefined && count > 1 && intervalMs === undefined)
    problems.push('interval: missing, expected one because count is above 1');
  if (failureLimit === -1 && consecutiveSuccessLimit === 0) {
    problems.push('failureLimit: got -1, expected at least 0 because consecutiveSuccessLimit is 0');
  }
  if (count === undefined) return problems;
  if (failureLimit >= 0 && count < failureLimit + consecutiveSuccessLimit) {
    problems.push(
      `count: got ${count}, expected at least failureLimit + consecutiveSuccessLimit = ${failureLimit + consecutiveSuccessLimit}`,
    );
  }
  if (count < inconclusiveLimit)
    problems.push(`count: got ${count}, expected at least inconclusiveLimit = ${inconclusiveLimit}`);
  return problems;
}

function readInteger(
  declared: MetricDeclaration,
  field: keyof MetricDeclaration,
  minimum: number,
  where: string,
): number | undefined {
  const value = declared[field];
  if (value === undefined) return undefined;
  if (/^-?\d+$/.test(`${value as string}`) && Number(value) >= minimum) return Number(value);
  throw new InputError([
    `${where}: ${field}: got ${JSON.stringify(value)}, expected a whole number of at least ${minimum}`,
  ]);
}

function readDuration(
  declared: MetricDeclaration,
  field: 'interval' | 'initialDelay',
  where: string,
): number | undefined {
  const text = declared[field];
  if (text === undefined || text === '') return undefined;
  const milliseconds = tryParseGoDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new InputError([`${where}: ${field}: got ${JSON.stringify(text)}, expected a Go duration, e.g. 30s or 1m30s`]);
}

function checkAddress(address: string, where: string): void {
  if (URL.canParse(address) && new URL(address).host !== '') return;
  throw new InputError([
    `${where}: provider.prometheus.address: got ${JSON.stringify(address)}, expected a URL with scheme and host, e.g. http://prometheus.monitoring:9090`,
  ]);
}

function checkCondition(condition: string | undefined, where: string): void {
  try {
    if (condition) parseExpression(condition);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new InputError([`${where}: condition ${JSON.stringify(condition)}: ${error.message}`]);
  }
}
