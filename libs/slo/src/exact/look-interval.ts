import type { Objective } from '../objective.ts';
import type { ErrorRates } from '../sequential-test.ts';
import { type Calibration, calibratedTest } from './calibrate.ts';
import { gateCharacteristic, type GateCharacteristic } from './gate-characteristic.ts';

/** Look intervals that are compared: shorter ones than a second can't be scraped, longer ones than five only lose time. */
export const lookIntervalsMs = [1_000, 2_000, 5_000] as const;

/** One objective judged at one look interval. */
export interface IntervalCost {
  readonly lookIntervalMs: number;
  readonly calibration: Calibration;
  /** At the acceptable share and at the refused one, with evenly dealt answers. */
  readonly good: GateCharacteristic;
  readonly bad: GateCharacteristic;
  /** Seconds from the first answer to the verdict on average, for the good release plus the same for the bad one. */
  readonly seconds: number;
}

/** An objective's shares, as far as time is concerned. */
export type Shares = Pick<Objective, 'acceptable' | 'refused'>;

/**
 * What each look interval costs, in the order of {@link lookIntervalsMs}.
 *
 * A look sees the last scrape. Scrapes come as often as looks but at their own phase, so that the evidence is half an interval old on average:
 * that is added to each verdict.
 */
export function intervalCosts(
  { acceptable, refused }: Shares,
  rates: ErrorRates,
  answersPerSecond: number,
  budgetMs: number,
): IntervalCost[] {
  return lookIntervalsMs.map((lookIntervalMs) => {
    const seconds = lookIntervalMs / 1000;
    const looks = Math.max(1, Math.floor(budgetMs / lookIntervalMs));
    const answersPerLook = answersPerSecond * seconds;
    const calibration = calibratedTest({ acceptable, refused, rates, answersPerLook, looks });
    const run = { test: calibration.test, arrivals: { kind: 'fixed', perLook: answersPerLook }, looks } as const;
    const good = gateCharacteristic(run, acceptable);
    const bad = gateCharacteristic(run, refused);
    return {
      lookIntervalMs,
      calibration,
      good,
      bad,
      seconds: (good.meanLooks + bad.meanLooks + 2 * meanAgeInLooks) * seconds,
    };
  });
}

/** Age of the evidence at a look, in looks. */
export const meanAgeInLooks = 0.5;
