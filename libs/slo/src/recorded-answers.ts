import { formatDuration, targetLabels } from '@observed-rollouts/contract';
import { pingMetric } from './answer-metric.ts';
import type { Objective, ServiceLevel } from './objective.ts';
import { indicatorSelectors, type IndicatorSelectors, judgedAnswers, type Matchers } from './promql.ts';
import type { RecordingRule, RuleGroup } from './rules/rule.ts';

const service = [targetLabels.namespace, targetLabels.service].join(', ');
const version = `${service}, ${targetLabels.podTemplateHash}`;

/** PromQL duration: the last value of a pod whose scrapes failed in the meantime is found for so long. */
const missedScrapes = '10s';

/** PromQL duration: a version that is back within it goes on, so that neither failed scrapes nor a restart of Prometheus begin a comparison anew. */
const remembered = '5m';

/** A counter of the pods, and the names of what is recorded of it for each version. */
interface RecordedCounter {
  readonly selector: string;
  /** Added up over the version's pods: its answers since they started. */
  readonly sum: string;
  /** The answers of its pods since the evaluation before; those of a pod's first scrape are left out. */
  readonly increase: string;
  /** The answers of all other versions of the service since this one is there; never falls, also not when a pod goes. */
  readonly others: string;
}

/**
 * The rules that record the answers of each version at every look; none where a release reads the pods' own counters.
 *
 * Shape: one group, since each evaluation goes on from the one before and all counters are to be of the same instant.
 * Edge:  an evaluation that is missed leaves a look's answers out of `others`, good and bad alike.
 */
export function answerRecords(level: ServiceLevel): RuleGroup[] {
  if (level.countedFrom !== 'recordings') return [];
  const interval = formatDuration(level.promise.lookIntervalMs);
  const rules = level.objectives.flatMap((objective) => {
    const { total, counted } = countersOf(objective, level);
    return [total, counted].flatMap((counter) => recordsOf(counter, total, `offset ${interval}`));
  });
  const byName = new Map(rules.map((rule) => [rule.record, rule]));
  return [{ name: 'answer-records', interval, rules: [...byName.values()] }];
}

/** Selectors of what is recorded of an objective's counters, for the version of some pods. */
export function recordedSelectors(
  objective: Objective,
  level: ServiceLevel,
  recorded: 'sum' | 'increase' | 'others',
  pods: Matchers,
): IndicatorSelectors {
  const { counted, total } = countersOf(objective, level);
  const selector = (counter: RecordedCounter) => `${counter[recorded]}{${pods.join(',')}}`;
  return { counts: judgedSelectors(objective).counts, counted: selector(counted), total: selector(total) };
}

function countersOf(objective: Objective, level: ServiceLevel): Record<'counted' | 'total', RecordedCounter> {
  const { counts, counted, total } = judgedSelectors(objective);
  // Objectives that count in the same metric share the counter of all answers.
  const owner = level.objectives.find((other) => judgedSelectors(other).total === total) ?? objective;
  return {
    counted: recordedCounter(`${objective.name}_${counts}`, counted),
    total: recordedCounter(`${owner.name}_total`, total),
  };
}

function judgedSelectors({ indicator }: Objective): IndicatorSelectors {
  return indicatorSelectors(indicator, judgedAnswers(indicator.metric ?? pingMetric));
}

function recordedCounter(name: string, selector: string): RecordedCounter {
  const metric = `version:ping_${name.replaceAll('-', '_')}`;
  return { selector, sum: `${metric}:sum`, increase: `${metric}:increase`, others: `${metric}:sum_of_others` };
}

/** The rules of one counter. `total` tells which versions are there: one without a failure may have no counter of failures. */
function recordsOf(
  { selector, sum, increase, others }: RecordedCounter,
  total: RecordedCounter,
  before: string,
): RecordingRule[] {
  const sumOf = (counters: string) => `sum by (${version}) (${counters})`;
  const none = `0 * ${total.sum}`;
  const ofOthers = `sum by (${service}) (${increase}) - on (${service}) group_right () (${increase} or ${none})`;
  return [
    { record: sum, expr: sumOf(selector) },
    {
      record: increase,
      expr: sumOf(`clamp_min(${selector} - last_over_time(${selector}[${missedScrapes}] ${before}), 0)`),
    },
    {
      record: others,
      expr: `(last_over_time(${others}[${remembered}] ${before}) + (${ofOthers} or ${none})) or ${none}`,
    },
  ];
}
