import type { Objective } from '../objective.ts';
import type { ErrorRates } from '../sequential-test.ts';
import type { Arrivals } from './arrivals.ts';
import { type Calibration, calibratedTest } from './calibrate.ts';
import { type GateCharacteristic, operatingCurve } from './gate-characteristic.ts';
import { isCheapAtRandom } from './poisson-walk.ts';

/** One gate and the traffic that it will see. */
export interface ForecastInput {
  readonly objective: Pick<Objective, 'acceptable' | 'refused' | 'designEffect'>;
  readonly rates: ErrorRates;
  /** Answers of the canary per second at the gate's weight, above 0. */
  readonly answersPerSecond: number;
  readonly lookIntervalMs: number;
  readonly budgetMs: number;
}

/** What the gate will do. */
export interface Forecast {
  readonly calibration: Calibration;
  readonly looks: number;
  readonly arrivals: Arrivals;
  /** A release exactly at the acceptable share, and one exactly at the refused share. */
  readonly good: GateCharacteristic;
  readonly bad: GateCharacteristic;
  /** The same for any other true shares, in their order; many at once are cheaper than one by one. */
  readonly at: (shares: readonly number[]) => GateCharacteristic[];
}

/**
 * Forecasts a gate with calibrated bounds.
 *
 * A design effect of d stands for failures that come in groups of d: d answers are then one piece of evidence.
 *
 * Edge: answers arrive at random; evenly where computing random ones would take seconds, which is where they hardly differ.
 */
export function forecastGate({
  objective,
  rates,
  answersPerSecond,
  lookIntervalMs,
  budgetMs,
}: ForecastInput): Forecast {
  const { acceptable, refused, designEffect = 1 } = objective;
  const looks = Math.max(1, Math.floor(budgetMs / lookIntervalMs));
  const answersPerLook = (answersPerSecond * (lookIntervalMs / 1000)) / designEffect;
  const calibration = calibratedTest({ acceptable, refused, rates, answersPerLook, looks });
  const { test } = calibration;
  const isRandom = isCheapAtRandom(test, answersPerLook, looks);
  const arrivals: Arrivals = { kind: isRandom ? 'poisson' : 'fixed', perLook: answersPerLook };
  const at = (shares: readonly number[]) =>
    operatingCurve({ test, arrivals, looks }, shares).map((characteristic) => ({
      ...characteristic,
      badAnswers: characteristic.badAnswers * designEffect,
    }));
  const [good, bad] = at([acceptable, refused]) as [GateCharacteristic, GateCharacteristic];
  return { calibration, looks, arrivals, good, bad, at };
}

/** Greatest chance of no verdict that counts as "in time". */
export const toleratedOutOfTime = 0.01;

/** Whether a release at the acceptable share and one at the refused share both get their verdict within the budget, with 99 %. */
export function concludesInTime({ good, bad }: Pick<Forecast, 'good' | 'bad'>): boolean {
  return Math.max(good.outOfTime, bad.outOfTime) <= toleratedOutOfTime;
}
