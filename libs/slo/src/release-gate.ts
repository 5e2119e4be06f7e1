import { formatDuration } from '@observed-rollouts/contract';
import type { Objective, ServiceLevel } from './objective.ts';
import { checkServiceLevel } from './objective.ts';
import { answersOfVersion, countsSinceStart, type Matchers } from './promql.ts';
import { type ErrorRates, type SequentialTest, sequentialTest } from './sequential-test.ts';

/** Arguments of the gate's template, and what the Rollout passes for each. */
export const gateArguments = {
  namespace: { name: 'namespace', from: { fieldRef: 'metadata.namespace' } },
  canaryHash: { name: 'canary-hash', from: { podTemplateHashValue: 'Latest' } },
} as const;

/** One metric of an Argo Rollouts AnalysisTemplate, judged three ways: success, failure, or keep looking. */
export interface GateMetric {
  readonly name: string;
  /** Instant PromQL that yields exactly one sample at any time; holds `{{args.…}}`. */
  readonly query: string;
  /** Go duration between two looks. */
  readonly interval: string;
  /** Looks until the gate gives up and the release pauses; at least 1. */
  readonly count: number;
  /** Ends the metric as Successful. */
  readonly successCondition: string;
  /** Ends the metric as Failed, which aborts the release. */
  readonly failureCondition: string;
  /** 0: the first failing look is the verdict. */
  readonly failureLimit: number;
  /** 1: the first successful look is the verdict (Argo Rollouts 1.8 and later). */
  readonly consecutiveSuccessLimit: number;
  /** Equal to count: as long as looks are left, "keep looking" is no verdict. */
  readonly inconclusiveLimit: number;
  /** Errors in a row that are tolerated, 10 s apart: as long as the gate may take. */
  readonly consecutiveErrorLimit: number;
}

/** Argo Rollouts waits this long after a measurement that ended in an error, whatever the interval says. */
const errorRetryMs = 10_000;

/**
 * The error rates of each of the gate's tests, so that all of them together keep the promise.
 *
 * A good release is aborted when any test rejects: each gets its share of the false-abort chance (Bonferroni). A bad release breaks at least
 * one objective and passes only when the test of that objective accepts: the missed chance needs no correction.
 */
export function gateErrorRates({ objectives, promise }: ServiceLevel): ErrorRates {
  return { alpha: promise.falseAbort / objectives.length, beta: promise.missed };
}

/** The sequential test of one objective within a service level. */
export function gateTest(objective: Objective, level: ServiceLevel): SequentialTest {
  return sequentialTest(objective.acceptable, objective.refused, gateErrorRates(level));
}

/** Name of an objective's metric in the analysis, such as `error-gate`. */
export function gateMetricName(objective: Objective): string {
  return `${objective.name}-gate`;
}

/** PromQL of the walk: 0 before the first answer, never NaN, never empty. */
export function walkQuery(objective: Objective, test: SequentialTest, matchers: Matchers): string {
  const { bad, good } = countsSinceStart(objective.indicator, matchers);
  // perGood is negative: written as a subtraction, as a reader expects.
  return `${test.perBad} * ${bad} - ${-test.perGood} * ${good}`;
}

/**
 * The metrics of the release gate, one per objective, for the canary's pods alone.
 *
 * Shape:  one metric per objective, in their order.
 * Errors: {@link ServiceLevelError} when the service level is not sound.
 * Source: Argo Rollouts 1.9 analysis/analysis.go: failure is checked before success; neither is Inconclusive.
 */
export function releaseGate(level: ServiceLevel): GateMetric[] {
  checkServiceLevel(level);
  const { lookIntervalMs, budgetMs } = level.promise;
  const count = budgetMs / lookIntervalMs;
  const canary = answersOfVersion(argument(gateArguments.namespace), argument(gateArguments.canaryHash));
  return level.objectives.map((objective) => {
    const test = gateTest(objective, level);
    return {
      name: gateMetricName(objective),
      query: walkQuery(objective, test, canary),
      interval: formatDuration(lookIntervalMs),
      count,
      successCondition: `result[0] <= ${test.accept}`,
      failureCondition: `result[0] >= ${test.reject}`,
      failureLimit: 0,
      consecutiveSuccessLimit: 1,
      inconclusiveLimit: count,
      consecutiveErrorLimit: Math.ceil(budgetMs / errorRetryMs),
    };
  });
}

function argument({ name }: { readonly name: string }): string {
  return `{{args.${name}}}`;
}
