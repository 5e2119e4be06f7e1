import type { Arrivals } from './exact/arrivals.ts';
import { calibratedTest } from './exact/calibrate.ts';
import type { GateRun } from './exact/gate-characteristic.ts';
import type { Objective, ServiceLevel } from './objective.ts';
import type { Counts } from './promql.ts';
import { type ErrorRates, rounded, type SequentialTest } from './sequential-test.ts';

/** Tests of one objective that can abort a release: the gate's and the watch's. */
const testsPerObjective = 2;

/**
 * The error rates of each test, so that all of them together keep the promise over the whole release.
 *
 * A good release is aborted when any test rejects: each gets its share of the false-abort chance (Bonferroni). A bad release breaks at least
 * one objective and passes the gate only when the test of that objective accepts: the missed chance needs no correction.
 */
export function errorRatesOfTests({ objectives, promise }: ServiceLevel): ErrorRates {
  return { alpha: promise.falseAbort / (testsPerObjective * objectives.length), beta: promise.missed };
}

const calibrated = new Map<string, SequentialTest>();

/**
 * The gate's test of one objective: Wald's, with the nearest bounds that keep its error rates exactly, for any traffic.
 *
 * Edge: a design effect d makes every step d times as small, so that d answers carry the evidence of one.
 */
export function gateTest(objective: Objective, level: ServiceLevel): SequentialTest {
  const key = numbersOf(objective, level);
  const test = calibrated.get(key) ?? calibrate(objective, level);
  calibrated.set(key, test);
  return test;
}

/** All that the arithmetic of an objective depends on, as one text: services with the same numbers share what was computed for them. */
export function numbersOf({ acceptable, refused, designEffect = 1 }: Objective, level: ServiceLevel): string {
  const { objectives, promise, traffic } = level;
  return JSON.stringify({ acceptable, refused, designEffect, objectives: objectives.length, promise, traffic });
}

function calibrate(objective: Objective, level: ServiceLevel): SequentialTest {
  const { acceptable, refused, designEffect = 1 } = objective;
  const { lookIntervalMs, budgetMs } = level.promise;
  const { test } = calibratedTest({
    acceptable,
    refused,
    rates: errorRatesOfTests(level),
    answersPerLook: answersPerLook(level) / designEffect,
    looks: budgetMs / lookIntervalMs,
  });
  return { ...test, perBad: rounded(test.perBad / designEffect), perGood: rounded(test.perGood / designEffect) };
}

/** The gate of one objective: its test with the traffic of the first weight and the looks of the budget. */
export function gateRun(objective: Objective, level: ServiceLevel, kind: Arrivals['kind']): GateRun {
  const { lookIntervalMs, budgetMs } = level.promise;
  return {
    test: gateTest(objective, level),
    arrivals: { kind, perLook: answersPerLook(level) },
    looks: budgetMs / lookIntervalMs,
  };
}

/** Answers of the canary between two looks at the first weight, on average. */
export function answersPerLook(level: ServiceLevel): number {
  return answersAt(level.traffic.weights[0], level);
}

/** The same at each later weight, in their order. */
export function laterAnswersPerLook(level: ServiceLevel): readonly number[] {
  const [, ...later] = level.traffic.weights;
  return later.map((weight) => answersAt(weight, level));
}

function answersAt(weight: number, { promise, traffic }: ServiceLevel): number {
  return (traffic.pingsPerSecond * weight * promise.lookIntervalMs) / 1000 / 100;
}

/** PromQL of the walk: 0 before the first answer, never NaN, never empty. */
export function walkQuery(test: SequentialTest, { bad, good }: Counts): string {
  // perGood is negative: written as a subtraction, as a reader expects.
  return `${test.perBad} * ${bad} - ${-test.perGood} * ${good}`;
}
