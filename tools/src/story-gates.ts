import {
  answersPerLook,
  type Arrivals,
  type ErrorRates,
  errorRatesOfTests,
  gateRun,
  type GateRun,
  laterAnswersPerLook,
  type Objective,
  pingServiceLevel,
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
  const lookSeconds = level.promise.lookIntervalMs / 1000;
  const perLook = answersPerLook(level);
  const rates = errorRatesOfTests(level);
  return level.objectives.map((objective) => ({
    objective,
    rates,
    lookSeconds,
    answersPerLook: perLook,
    laterAnswersPerLook: laterAnswersPerLook(level),
    stablePerLook: level.traffic.pingsPerSecond * lookSeconds - perLook,
    run: (kind) => gateRun(objective, level, kind),
    watch: watchTest(objective, rates.alpha),
  }));
}
