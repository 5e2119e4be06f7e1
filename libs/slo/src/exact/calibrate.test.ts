import { expect, test } from 'vitest';
import { pingServiceLevel } from '../story.ts';
import { sequentialTest } from '../sequential-test.ts';
import { type CalibrationGoal, calibratedTest } from './calibrate.ts';
import { gateCharacteristic } from './gate-characteristic.ts';

const goal: CalibrationGoal = {
  acceptable: 0.05,
  refused: 0.2,
  rates: { alpha: 0.01, beta: 0.01 },
  answersPerLook: 10,
  looks: 60,
};
const calibration = calibratedTest(goal);

test('finds the nearest pair that holds for any traffic', () => {
  expect(calibration.test).toEqual({ ...sequentialTest(0.05, 0.2, goal.rates), reject: 4.137, accept: -4.469 });
});

test('finds a nearer one for traffic that is known to come ten at a time', () => {
  const { test: near } = calibratedTest(goal, [{ arrivals: { kind: 'fixed', perLook: 10 }, looks: 60 }]);
  expect(near).toMatchObject({ reject: 3.392, accept: -3.758 });
});

test('either bound is as near as it can be: one thousandth nearer breaks the promise', () => {
  const errorRates = (reject: number, accept: number) => {
    const runs = calibration.runs.map((run) => ({ ...run, test: { ...calibration.test, reject, accept } }));
    return {
      alpha: Math.max(...runs.map((run) => gateCharacteristic(run, 0.05).reject)),
      beta: Math.max(...runs.map((run) => gateCharacteristic(run, 0.2).accept)),
    };
  };
  const { reject, accept } = calibration.test;
  expect(errorRates(reject, accept).alpha).toBeLessThanOrEqual(0.01);
  expect(errorRates(reject, accept).beta).toBeLessThanOrEqual(0.01);
  expect(errorRates(reject - 0.001, accept).alpha).toBeGreaterThan(0.01);
  expect(errorRates(reject, accept + 0.001).beta).toBeGreaterThan(0.01);
});

test.each(pingServiceLevel.objectives)('the bounds of $name keep the promise at any rate and any look', (objective) => {
  const { acceptable, refused } = objective;
  const { test: near } = calibratedTest({ ...goal, acceptable, refused });
  for (const kind of ['fixed', 'poisson'] as const) {
    for (const perLook of kind === 'fixed' ? [0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 50] : [0.5, 2, 20]) {
      const looks = Math.min(600, Math.ceil(800 / perLook));
      const run = { test: near, arrivals: { kind, perLook }, looks };
      expect(gateCharacteristic(run, acceptable).reject).toBeLessThanOrEqual(0.01);
      expect(gateCharacteristic(run, refused).accept).toBeLessThanOrEqual(0.01);
    }
  }
});

test('never goes beyond the bounds of Wald', () => {
  const rates = { alpha: 0.0025, beta: 0.01 };
  for (const [acceptable, refused] of [
    [0.001, 0.01],
    [0.01, 0.02],
    [0.3, 0.9],
  ] as const) {
    const far = sequentialTest(acceptable, refused, rates);
    const { test: near } = calibratedTest({ ...goal, acceptable, refused, rates });
    expect(near.reject).toBeLessThanOrEqual(far.reject + 0.001);
    expect(near.accept).toBeGreaterThanOrEqual(far.accept - 0.001);
  }
});
