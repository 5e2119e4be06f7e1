import { formatDuration } from '@observed-rollouts/contract';
import { answerMetricOf, type Objective, type ServiceLevel } from './objective.ts';
import { pingMetric } from './answer-metric.ts';
import {
  type Counts,
  countsSinceSeen,
  countsSinceStart,
  indicatorSelectors,
  type Matchers,
  totalSelector,
} from './promql.ts';
import { recordedSelectors } from './recorded-answers.ts';

/** Matchers of the pods of each version in a release. */
export interface ReleaseVersions {
  readonly canary: Matchers;
  readonly stable: Matchers;
}

/** The answers that a release is judged by. */
export interface ReleaseCounts {
  /** Since its pods started. */
  readonly canary: Counts;
  /** Since the look that first saw the canary; from recordings, those of all other versions. */
  readonly stable: Counts;
}

/** PromQL of the answers to one objective, counted from where the service level says. */
export function releaseCounts(
  objective: Objective,
  level: ServiceLevel,
  { canary, stable }: ReleaseVersions,
): ReleaseCounts {
  if (level.countedFrom === 'recordings') {
    const recorded = (what: 'sum' | 'others') => countsSinceStart(recordedSelectors(objective, level, what, canary));
    return { canary: recorded('sum'), stable: recorded('others') };
  }
  const metric = objective.indicator.metric ?? pingMetric;
  const answers = (pods: Matchers) => [...pods, ...metric.judged];
  return {
    canary: countsSinceStart(indicatorSelectors(objective.indicator, answers(canary))),
    stable: countsSinceSeen(
      indicatorSelectors(objective.indicator, answers(stable)),
      totalSelector(answers(canary), metric),
      formatDuration(level.promise.lookIntervalMs),
    ),
  };
}

/** PromQL that the guards count by. */
export interface GuardQueries {
  /** Series that are there while the canary's answers can be counted. */
  readonly present: string;
  /** Answers of the canary over a PromQL duration, one sample for each series. */
  readonly answers: (window: string) => string;
}

export function guardQueries(level: ServiceLevel, canary: Matchers): GuardQueries {
  const [first] = level.objectives;
  if (level.countedFrom === 'recordings' && first) {
    const total = (what: 'sum' | 'increase') => recordedSelectors(first, level, what, canary).total;
    return { present: total('sum'), answers: (window) => `sum_over_time(${total('increase')}[${window}])` };
  }
  const metric = answerMetricOf(level);
  const answers = [...canary, ...metric.judged];
  return {
    present: totalSelector([...answers, ...metric.present], metric),
    answers: (window) => `increase(${totalSelector(answers, metric)}[${window}])`,
  };
}
