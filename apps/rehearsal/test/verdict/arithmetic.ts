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
import {
  canaryCounts,
  canaryIncrease,
  canaryPodsShown,
  canaryRestarts,
  stableCounts,
  type VersionCounts,
} from './shown-counts.ts';

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

const ofObjectives = pingServiceLevel.objectives.flatMap((objective): [string, Arithmetic][] => [
  [`${objective.name}-of-canary`, (sequence, at) => gateReading(objective, sequence, at)],
  [`${objective.name}-of-canary-watch`, (sequence, at) => watchReading(objective, sequence, at, 'blames')],
  [
    `${objective.name}-too-many-but-not-clearly-above-stable`,
    (sequence, at) => watchReading(objective, sequence, at, 'pauses'),
  ],
]);

const ofGuards: [string, Arithmetic][] = [
  [
    'restarts-of-canary',
    (sequence, at) => guardReading(canaryRestarts(sequence, at), (count) => (count > 0 ? 'bad' : 'good')),
  ],
  [
    'metrics-of-canary',
    (sequence, at) => guardReading(canaryPodsShown(sequence, at), (count) => (count > 0 ? 'good' : 'undecided')),
  ],
  ['answers-of-canary', answersReading],
];

/** Every metric of the analysis by its name. */
export const arithmetic: ReadonlyMap<string, Arithmetic> = new Map([...ofObjectives, ...ofGuards]);

function badOf({ indicator }: Objective, counts: VersionCounts): { bad: number; total: number } {
  return { bad: indicator.kind === 'availability' ? counts.failed : counts.slow, total: counts.total };
}

function countsOf(objective: Objective, sequence: CountSequence, at: number) {
  const canary = badOf(objective, canaryCounts(sequence, at));
  const stable = badOf(objective, stableCounts(sequence, at));
  return {
    canary,
    comparison: comparisonWalk(canary, stable, riskRatio(objective)),
    tolerance: perAnswer * (1 + canary.total),
  };
}

function gateReading(objective: Objective, sequence: CountSequence, at: number): Expected {
  const test = gateTest(objective, pingServiceLevel);
  const { canary, comparison, tolerance } = countsOf(objective, sequence, at);
  const value = decisive(logLikelihoodRatio(test, canary.bad, canary.total), comparison, test.reject);
  return { value, tolerance, sense: value <= test.accept ? 'good' : value >= test.reject ? 'bad' : 'undecided' };
}

/** The evidence while it is too little, else what is needed plus the comparison. */
function watchReading(objective: Objective, sequence: CountSequence, at: number, on: 'blames' | 'pauses'): Expected {
  const { canary, comparison, tolerance } = countsOf(objective, sequence, at);
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

function answersReading(sequence: CountSequence, at: number): Expected {
  const [least, most] = canaryIncrease(sequence, at);
  if (least < leastAnswers && most >= leastAnswers) {
    throw new Error(
      `${sequence.name} at ${at} ms: ${least} to ${most} answers, expected a draw that is clear about ${leastAnswers}`,
    );
  }
  return {
    value: (least + most) / 2,
    tolerance: (most - least) / 2 + perAnswer,
    sense: least >= leastAnswers ? 'good' : 'undecided',
  };
}
