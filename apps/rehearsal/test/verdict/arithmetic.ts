import {
  comparisonBound,
  comparisonWalk,
  decisive,
  errorRatesOfTests,
  gateTest,
  logLikelihoodRatio,
  type Objective,
  pingServiceLevel,
  riskRatio,
  watchEvidence,
} from '@observed-rollouts/slo';
import type { CountSequence } from './sequences.ts';
import { canaryRestarts, type VersionCounts } from './shown-counts.ts';

type At<Value> = (sequence: CountSequence, at: number) => Value;

/** What the queries of an analysis find at a look. */
export interface Counting {
  readonly canary: At<VersionCounts>;
  /** What the canary is compared with. */
  readonly stable: At<VersionCounts>;
  /** Series that show that the canary is there. */
  readonly canarySeries: At<number>;
  /** The least and the most that the canary's answers of the last minute may be counted as. */
  readonly canaryLastMinute: At<readonly [least: number, most: number]>;
}

/** What a query must yield: a value within `tolerance`. */
export interface ExpectedReading {
  readonly value: number;
  readonly tolerance: number;
}

/** What an expected reading means, by the bounds of the tests in TypeScript. */
export type Sense = 'good' | 'bad' | 'undecided';

export interface Expected extends ExpectedReading {
  readonly sense: Sense;
}

/** PromQL's constants have six decimals, so that a reading is off by half of the last one per answer at most. */
const perAnswer = 1e-6;

/** One metric of the analysis in TypeScript: its reading from the counts at a look. */
export type Arithmetic = (sequence: CountSequence, at: number) => Expected;

/** Every metric of the analysis by its name. */
export function arithmeticOf(counting: Counting): ReadonlyMap<string, Arithmetic> {
  const ofObjectives = pingServiceLevel.objectives.flatMap((objective): [string, Arithmetic][] => {
    const counted: At<Counted> = (sequence, at) => countsOf(objective, counting, sequence, at);
    return [
      [`${objective.name}-of-canary`, (...look) => gateReading(objective, counted(...look))],
      [`${objective.name}-of-canary-watch`, (...look) => watchReading(objective, counted(...look), 'blames')],
      [
        `${objective.name}-too-many-but-not-clearly-above-stable`,
        (...look) => watchReading(objective, counted(...look), 'pauses'),
      ],
    ];
  });
  return new Map([...ofObjectives, ...guardsOf(counting)]);
}

function guardsOf({ canarySeries, canaryLastMinute }: Counting): [string, Arithmetic][] {
  return [
    ['restarts-of-canary', (...look) => guardReading(canaryRestarts(...look), (count) => (count > 0 ? 'bad' : 'good'))],
    [
      'metrics-of-canary',
      (...look) => guardReading(canarySeries(...look), (count) => (count > 0 ? 'good' : 'undecided')),
    ],
    [
      'answers-of-canary',
      (sequence, at) => answersReading(canaryLastMinute(sequence, at), `${sequence.name} at ${at} ms`),
    ],
  ];
}

function badOf({ indicator }: Objective, counts: VersionCounts): { bad: number; total: number } {
  return { bad: indicator.kind === 'availability' ? counts.failed : counts.slow, total: counts.total };
}

interface Counted {
  readonly canary: { readonly bad: number; readonly total: number };
  readonly comparison: number;
  readonly tolerance: number;
}

function countsOf(objective: Objective, counting: Counting, sequence: CountSequence, at: number): Counted {
  const canary = badOf(objective, counting.canary(sequence, at));
  const stable = badOf(objective, counting.stable(sequence, at));
  return {
    canary,
    comparison: comparisonWalk(canary, stable, riskRatio(objective)),
    tolerance: perAnswer * (1 + canary.total),
  };
}

function gateReading(objective: Objective, { canary, comparison, tolerance }: Counted): Expected {
  const test = gateTest(objective, pingServiceLevel);
  const value = decisive(logLikelihoodRatio(test, canary.bad, canary.total), comparison, test.reject);
  return { value, tolerance, sense: value <= test.accept ? 'good' : value >= test.reject ? 'bad' : 'undecided' };
}

/** The evidence while it is too little, else what is needed plus the comparison. */
function watchReading(
  objective: Objective,
  { canary, comparison, tolerance }: Counted,
  on: 'blames' | 'pauses',
): Expected {
  const needed = 1 / errorRatesOfTests(pingServiceLevel).alpha;
  const evidence = watchEvidence(objective, canary.bad, canary.total - canary.bad);
  if (evidence < needed) return { value: evidence, tolerance, sense: 'good' };
  const value = needed + Math.max(comparison, 0);
  const toBlame = comparison >= comparisonBound;
  if (on === 'blames') return { value, tolerance, sense: toBlame ? 'bad' : 'good' };
  return { value, tolerance, sense: toBlame ? 'good' : 'undecided' };
}

function guardReading(value: number, senseOf: (value: number) => Sense): Expected {
  return { value, tolerance: 0, sense: senseOf(value) };
}

/** A tenth of the 120 answers that the story's traffic gives the canary in a minute at the first weight. */
const leastAnswers = 12;

function answersReading([least, most]: readonly [number, number], where: string): Expected {
  if (least < leastAnswers && most >= leastAnswers) {
    throw new Error(`${where}: ${least} to ${most} answers, expected a draw that is clear about ${leastAnswers}`);
  }
  return {
    value: (least + most) / 2,
    tolerance: (most - least) / 2 + perAnswer,
    sense: least >= leastAnswers ? 'good' : 'undecided',
  };
}
