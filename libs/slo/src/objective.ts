import { type AnswerMetric, pingMetric } from './answer-metric.ts';

/** What makes an answer bad, and where that is counted. */
export type Indicator = {
  /** @default the contract's RED metric for pings */
  readonly metric?: AnswerMetric;
} & (
  | {
      /** A failure, such as a 5xx status. */
      readonly kind: 'availability';
    }
  | {
      /** A duration over a bound that is a bucket of the metric's histogram. */
      readonly kind: 'latency';
      /** Seconds; an answer that takes longer is bad. */
      readonly boundSeconds: number;
    }
);

/** A service level objective together with the breach that a release must be refused for. Shares are from 0 to 1. */
export interface Objective {
  /** Lower-case words joined by dashes: part of metric, rule and alert names. */
  readonly name: string;
  readonly indicator: Indicator;
  /** The objective itself: the largest share of bad answers that is still fine (p0). */
  readonly acceptable: number;
  /** The share of bad answers that a release is refused for (p1); between the two the gate may take its time. */
  readonly refused: number;
  /**
   * How many answers carry the evidence of one, because failures come in bursts; at least 1.
   * @default 1: answers fail independently of each other
   */
  readonly designEffect?: number;
}

/** What the release gate promises over all of its tests together, and how it looks at the evidence. */
export interface ReleasePromise {
  /** Largest chance that a release that meets every objective is aborted. */
  readonly falseAbort: number;
  /** Largest chance that a release at or beyond a refused share passes the gate. */
  readonly missed: number;
  /** Time between two looks; also the scrape interval, since a look without a new scrape sees nothing new. */
  readonly lookIntervalMs: number;
  /** Time after which a gate without a verdict pauses the release for a human. */
  readonly budgetMs: number;
}

/** What a release is judged by: how many answers its pods give at each weight. */
export interface ReleaseTraffic {
  /** Requests per second over all pods. */
  readonly pingsPerSecond: number;
  /** A weight can be shown exactly only when it is a multiple of 100/replicas. */
  readonly replicas: number;
  /** Percent of the pods, and so of the requests, that run the new version, in the order of a release; the first is judged by the gate. */
  readonly weights: readonly [first: number, ...later: number[]];
}

/** The objectives of one service and the promise of its releases. */
export interface ServiceLevel {
  readonly objectives: readonly Objective[];
  readonly promise: ReleasePromise;
  readonly traffic: ReleaseTraffic;
  /**
   * Where the queries of a release count its answers: in the counters of each pod, or in sums per version that rules of Prometheus record at every look.
   *
   * Counters need no rules and are as fresh as the last scrape; a query reads every pod at every look of the release, so that hundreds of pods take long.
   * Recordings make a query the same for any number of pods, are up to a look older, and cost Prometheus their rules all the time.
   * @default 'counters'
   */
  readonly countedFrom?: 'counters' | 'recordings';
}

/** Where the answers of a service are counted: as the first objective says, for what is about no objective of its own. */
export function answerMetricOf({ objectives }: ServiceLevel): AnswerMetric {
  return objectives[0]?.indicator.metric ?? pingMetric;
}

/** The same objectives and promise for another service that counts its answers the same way. */
export function serviceLevelFor(service: string, level: ServiceLevel): ServiceLevel {
  const objectives = level.objectives.map(({ indicator, ...objective }) => ({
    ...objective,
    indicator: { ...indicator, metric: { ...(indicator.metric ?? pingMetric), service } },
  }));
  return { ...level, objectives };
}

/** All problems of a service level; the message lists each on a line of its own. */
export class ServiceLevelError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `service level: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = 'ServiceLevelError';
    this.problems = problems;
  }
}

/**
 * Checks a service level as a whole.
 *
 * Errors: {@link ServiceLevelError} with every problem at once; returns nothing when there is none.
 */
export function checkServiceLevel(level: ServiceLevel): void {
  const { objectives, promise, traffic } = level;
  const problems = [...objectives.flatMap(objectiveProblems), ...promiseProblems(promise), ...trafficProblems(traffic)];
  if (objectives.length === 0) problems.push('objectives: got none, expected at least one');
  const names = objectives.map(({ name }) => name);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`${name}: name is used twice, expected a name of its own for each objective`);
  }
  // Whether the budget suffices can only be asked of a level that is sound otherwise.
  if (problems.length === 0) problems.push(...objectives.flatMap((objective) => budgetProblems(objective, level)));
  if (problems.length > 0) throw new ServiceLevelError(problems);
}

function objectiveProblems({ name, indicator, acceptable, refused, designEffect = 1 }: Objective): string[] {
  const problems: string[] = [];
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) {
    problems.push(
      `${name}: got name ${JSON.stringify(name)}, expected lower-case words joined by dashes, e.g. failed-answers`,
    );
  }
  if (!(acceptable > 0 && acceptable < 1)) {
    problems.push(`${name}: got an acceptable share of ${acceptable}, expected more than 0 and less than 1, e.g. 0.05`);
  }
  if (!(designEffect >= 1)) problems.push(`${name}: got a design effect of ${designEffect}, expected at least 1`);
  if (!(refused > acceptable && refused < 1)) {
    problems.push(
      `${name}: got a refused share of ${refused}, expected more than the acceptable ${acceptable} and less than 1`,
    );
  }
  const { buckets } = indicator.metric ?? pingMetric;
  if (indicator.kind === 'latency' && buckets?.includes(indicator.boundSeconds) === false) {
    problems.push(
      `${name}: got a latency bound of ${indicator.boundSeconds} s, expected a bucket of the histogram, ` +
        `the nearest are ${nearestBuckets(indicator.boundSeconds, buckets).join(' and ')} s`,
    );
  }
  return problems;
}

/** The buckets on both sides of a bound that is none of them; one or none at the ends. `buckets` ascend. */
export function nearestBuckets(bound: number, buckets: readonly number[]): readonly number[] {
  const below = buckets.filter((bucket) => bucket < bound).at(-1);
  const above = buckets.find((bucket) => bucket > bound);
  return [below, above].filter((bucket) => bucket !== undefined);
}

function promiseProblems({ falseAbort, missed, lookIntervalMs, budgetMs }: ReleasePromise): string[] {
  const problems: string[] = [];
  for (const [what, chance] of [
    ['false abort', falseAbort],
    ['missed', missed],
  ] as const) {
    if (!(chance > 0 && chance < 0.5)) {
      problems.push(`promise: got a ${what} chance of ${chance}, expected more than 0 and less than 0.5, e.g. 0.01`);
    }
  }
  if (!(lookIntervalMs >= 1000 && Number.isInteger(lookIntervalMs / 1000))) {
    problems.push(`promise: got a look interval of ${lookIntervalMs} ms, expected whole seconds, at least 1000`);
  }
  if (!(budgetMs >= lookIntervalMs && Number.isInteger(budgetMs / lookIntervalMs))) {
    problems.push(
      `promise: got a budget of ${budgetMs} ms, expected a multiple of the look interval ${lookIntervalMs} ms`,
    );
  }
  return problems;
}

function trafficProblems({ pingsPerSecond, replicas, weights }: ReleaseTraffic): string[] {
  const problems: string[] = [];
  if (!(pingsPerSecond > 0)) problems.push(`traffic: got ${pingsPerSecond} pings per second, expected more than 0`);
  const [first] = weights;
  const pods = (replicas * first) / 100;
  if (!(Number.isInteger(pods) && pods >= 1)) {
    problems.push(
      `traffic: got a first weight of ${first} % of ${replicas} replicas, which is no whole pod; expected a multiple of ${100 / replicas}`,
    );
  }
  if (weights.some((weight, index) => weight >= 100 || weight <= (weights[index - 1] ?? 0))) {
    problems.push(`traffic: got weights ${weights.join(', ')}, expected each above the one before and below 100`);
  }
  return problems;
}

/** The soonest verdict of a good release: no answer is bad, and the walk goes straight down to Wald's bound or a nearer one. */
function budgetProblems({ name, acceptable, refused, designEffect = 1 }: Objective, level: ServiceLevel): string[] {
  const { promise, traffic } = level;
  const perAnswer = Math.log((1 - acceptable) / (1 - refused)) / designEffect;
  const answers = Math.ceil(Math.log((1 - promise.missed) / promise.missed) / perAnswer);
  const seconds = Math.ceil(answers / ((traffic.pingsPerSecond * traffic.weights[0]) / 100));
  if (seconds * 1000 < promise.budgetMs) return [];
  return [
    `${name}: a good release needs ${answers} answers, which take ${seconds} s; got a budget of ${promise.budgetMs / 1000} s, expected more`,
  ];
}
