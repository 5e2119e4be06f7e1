import { formatDuration, processStartTime } from '@observed-rollouts/contract';
import { comparisonBound, comparisonQuery, decisiveQuery } from './comparison.ts';
import { answerMetricOf, checkServiceLevel, type Objective, type ServiceLevel } from './objective.ts';
import { podsOfVersion } from './promql.ts';
import { guardQueries, releaseCounts, type ReleaseVersions } from './release-counts.ts';
import { errorRatesOfTests, gateTest, walkQuery } from './release-tests.ts';
import { rounded } from './sequential-test.ts';
import { watchQuery } from './watch.ts';

/** Arguments of the analysis templates, and what the Rollout passes for each. */
export const analysisArguments = {
  namespace: { name: 'namespace', from: { fieldRef: 'metadata.namespace' } },
  canaryHash: { name: 'canary-hash', from: { podTemplateHashValue: 'Latest' } },
  stableHash: { name: 'stable-hash', from: { podTemplateHashValue: 'Stable' } },
} as const;

/**
 * One metric of an Argo Rollouts AnalysisTemplate, judged three ways: success, failure, or neither (Inconclusive).
 *
 * Its name is what Argo Rollouts' message says, and all that it says: `Metric "failed-answers-of-canary" assessed Failed`.
 */
export interface AnalysisMetric {
  readonly name: string;
  /** Instant PromQL that yields exactly one sample at any time, never NaN; holds `{{args.…}}`. */
  readonly query: string;
  /** Go duration between two looks. */
  readonly interval: string;
  /** Looks until the metric is complete; absent: it looks until the release ends. */
  readonly count?: number;
  readonly successCondition: string;
  readonly failureCondition: string;
  /** 0: the first failing look is the verdict. */
  readonly failureLimit: 0;
  /** 1: the first successful look is the verdict; absent: success is no verdict, looking goes on. */
  readonly consecutiveSuccessLimit?: 1;
  /** Undecided looks that are tolerated; one more pauses the release. */
  readonly inconclusiveLimit: number;
  /** Errors in a row that are tolerated. */
  readonly consecutiveErrorLimit: number;
}

/** Prometheus may be away for a day before a release is aborted for it: no evidence is no reason to blame a version. */
const toleratedErrors = 86_400 / 10;

/** How long a guard, or too many bad answers that are not clearly the canary's, may last before the release pauses. */
const patienceMs = 60_000;

/** A condition that no value meets: such a metric can pause a release, never abort it. */
const never = 'result[0] < 0';

/** Share of the expected answers below which the traffic is too little to judge by. */
const leastTrafficShare = 0.1;

/** What judges a release: the gate at the first weight, the watch from then on to the end. */
export interface ReleaseAnalysis {
  /** Every metric must succeed for the release to go on. */
  readonly gate: readonly AnalysisMetric[];
  /** Runs beside the steps; any failure aborts, too many undecided looks pause. */
  readonly watch: readonly AnalysisMetric[];
}

/**
 * The whole analysis of a release, from its service level.
 *
 * Shape:  one gate metric per objective; two watch metrics per objective (the canary is to blame; too many bad answers, but not clearly above stable), then the guards.
 * Errors: {@link ServiceLevelError} when the service level is not sound.
 * Source: Argo Rollouts 1.9 analysis/analysis.go: failure is checked before success; neither is Inconclusive.
 */
export function releaseAnalysis(level: ServiceLevel): ReleaseAnalysis {
  checkServiceLevel(level);
  return {
    gate: level.objectives.map((objective) => gateMetric(objective, level)),
    watch: [...level.objectives.flatMap((objective) => watchMetrics(objective, level)), ...guards(level)],
  };
}

/** The pods of both versions, as the arguments name them. */
function versionsOf(level: ServiceLevel): ReleaseVersions {
  const metric = answerMetricOf(level);
  const podsOf = (hash: { readonly name: string }) =>
    podsOfVersion(argument(analysisArguments.namespace), argument(hash), metric);
  return { canary: podsOf(analysisArguments.canaryHash), stable: podsOf(analysisArguments.stableHash) };
}

function argument({ name }: { readonly name: string }): string {
  return `{{args.${name}}}`;
}

function gateMetric(objective: Objective, level: ServiceLevel): AnalysisMetric {
  const { lookIntervalMs, budgetMs } = level.promise;
  const test = gateTest(objective, level);
  const counts = releaseCounts(objective, level, versionsOf(level));
  const count = budgetMs / lookIntervalMs;
  return {
    name: `${objective.name}-of-canary`,
    query: decisiveQuery(walkQuery(test, counts.canary), comparisonQuery(objective, counts), test.reject),
    interval: formatDuration(lookIntervalMs),
    count,
    successCondition: `result[0] <= ${test.accept}`,
    failureCondition: `result[0] >= ${test.reject}`,
    failureLimit: 0,
    consecutiveSuccessLimit: 1,
    inconclusiveLimit: count,
    consecutiveErrorLimit: toleratedErrors,
  };
}

/**
 * The watch of one objective: its evidence while that is too little, else the evidence needed plus what the comparison adds.
 *
 * Below the needed evidence all is well; at or above it, and with the comparison at its bound, the canary is to blame. In between too many answers are bad, but not clearly
 * more than stable's: exactly the needed evidence says that stable is no better (an outage of both), more says that the canary is worse, though not clearly.
 */
function watchMetrics(objective: Objective, level: ServiceLevel): AnalysisMetric[] {
  const counts = releaseCounts(objective, level, versionsOf(level));
  const evidence = rounded(1 / errorRatesOfTests(level).alpha);
  const blamed = rounded(evidence + comparisonBound);
  const query = `((${watchQuery(objective, counts.canary)}) < ${evidence}) or (${evidence} + clamp_min(${comparisonQuery(objective, counts)}, 0))`;
  return [
    {
      ...looking(level),
      name: `${objective.name}-of-canary-watch`,
      query,
      successCondition: `result[0] < ${blamed}`,
      failureCondition: `result[0] >= ${blamed}`,
    },
    {
      ...looking(level),
      name: `${objective.name}-too-many-but-not-clearly-above-stable`,
      query,
      successCondition: `result[0] < ${evidence} || result[0] >= ${blamed}`,
      failureCondition: never,
    },
  ];
}

/** Conditions under which the counts can't be trusted; none of them divides. */
function guards(level: ServiceLevel): AnalysisMetric[] {
  const { canary } = versionsOf(level);
  const { present, answers } = guardQueries(level, canary);
  const [first = 0] = level.traffic.weights;
  const expected = (level.traffic.pingsPerSecond * first * patienceMs) / 1000 / 100;
  return [
    {
      ...looking(level),
      name: 'restarts-of-canary',
      query: `sum(changes(${processStartTime}{${canary.join(',')}}[${formatDuration(patienceMs)}])) or vector(0)`,
      successCondition: 'result[0] == 0',
      failureCondition: 'result[0] > 0',
    },
    {
      ...looking(level),
      name: 'metrics-of-canary',
      query: `count(${present}) or vector(0)`,
      successCondition: 'result[0] >= 1',
      failureCondition: never,
    },
    {
      ...looking(level),
      name: 'answers-of-canary',
      query: `sum(${answers(formatDuration(patienceMs))}) or vector(0)`,
      successCondition: `result[0] >= ${Math.ceil(expected * leastTrafficShare)}`,
      failureCondition: never,
    },
  ];
}

/** What all metrics of the watch have in common: they look until the release ends. */
function looking({
  promise,
}: ServiceLevel): Pick<AnalysisMetric, 'interval' | 'failureLimit' | 'inconclusiveLimit' | 'consecutiveErrorLimit'> {
  return {
    interval: formatDuration(promise.lookIntervalMs),
    failureLimit: 0,
    inconclusiveLimit: Math.ceil(patienceMs / promise.lookIntervalMs),
    consecutiveErrorLimit: toleratedErrors,
  };
}
