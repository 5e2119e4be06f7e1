import {
  type Arrivals,
  type ErrorRates,
  errorRatesOfTests,
  type GateRun,
  gateTest,
  type Objective,
  pingServiceLevel,
  pingTraffic,
  type WatchTest,
  watchTest,
} from '@observed-rollouts/slo';

/** One objective of the story with the very bounds that its analysis has, and the traffic of the story. */
export interface StoryGate {
  readonly objective: Objective;
  readonly rates: ErrorRates;
  readonly lookSeconds: number;
  /** Answers of the canary per look at the first weight, and at each later one. */
  readonly answersPerLook: number;
  readonly laterAnswersPerLook: readonly number[];
  /** Answers of the stable version per look at the first weight. */
  readonly stablePerLook: number;
  readonly run: (kind: Arrivals['kind']) => GateRun;
  readonly watch: WatchTest;
}

/** The gates of the story, in the order of its objectives. */
export function storyGates(level = pingServiceLevel): StoryGate[] {
  const { lookIntervalMs, budgetMs } = level.promise;
  const lookSeconds = lookIntervalMs / 1000;
  const [first, ...later] = pingTraffic.weights.map(
    (weight) => (pingTraffic.pingsPerSecond * lookSeconds * weight) / 100,
  );
  const answersPerLook = first as number;
  return level.objectives.map((objective) => ({
    objective,
    rates: errorRatesOfTests(level),
    lookSeconds,
    answersPerLook,
    laterAnswersPerLook: later,
    stablePerLook: pingTraffic.pingsPerSecond * lookSeconds - answersPerLook,
    run: (kind) => ({
      test: gateTest(objective, level),
      arrivals: { kind, perLook: answersPerLook },
      looks: budgetMs / lookIntervalMs,
    }),
    watch: watchTest(objective, errorRatesOfTests(level).alpha),
  }));
}
