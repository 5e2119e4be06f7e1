import { expect, test } from 'vitest';
import { sequentialTest } from '../sequential-test.ts';
import {
  type GateCharacteristic,
  gateCharacteristic,
  type GateRun,
  operatingCurve,
  verdictChances,
} from './gate-characteristic.ts';
import { walkPoissonAt } from './tilted-walk.ts';

const wald = sequentialTest(0.05, 0.2, { alpha: 0.01, beta: 0.01 });
const even: GateRun = { test: wald, arrivals: { kind: 'fixed', perLook: 10 }, looks: 60 };
const random: GateRun = { ...even, arrivals: { kind: 'poisson', perLook: 10 } };

test.each([
  [0.05, 0.0026],
  [0.08, 0.07324],
  [0.1, 0.29976],
  [0.12, 0.6472],
  [0.15, 0.92754],
  [0.2, 0.99549],
])('a release with a share of %d is aborted with the known chance', (share, chance) => {
  expect(gateCharacteristic(even, share).reject).toBeCloseTo(chance, 5);
});

test('takes the known time to a verdict', () => {
  const { rejected, accept } = gateCharacteristic(even, 0.2);
  expect(rejected?.mean).toBeCloseTo(4.6, 1);
  expect(rejected).toMatchObject({ p50: 4, p99: 14 });
  expect(accept).toBeCloseTo(0.00451, 5);
  const gross = gateCharacteristic(even, 0.35);
  expect(gross.rejected).toMatchObject({ p50: 2, p99: 5 });
  expect(gross.rejected?.mean).toBeCloseTo(2.06, 2);
  expect(gross.badAnswers).toBeCloseTo(7.2, 1);
});

test('knows the pair of nearer bounds', () => {
  const near = { ...even, test: { ...wald, reject: 3.5, accept: -4 } };
  expect(gateCharacteristic(near, 0.05).reject).toBeCloseTo(0.0099, 4);
  expect(gateCharacteristic(near, 0.2).accept).toBeCloseTo(0.0075, 4);
});

test.each([
  ['even', even],
  ['random', random],
])('leaves out next to nothing of the chances, with %s arrivals', (_, run) => {
  for (const share of [0, 1e-6, 0.05, 0.11, 0.5, 0.999, 1]) {
    const { reject, accept, outOfTime, lost } = gateCharacteristic(run, share);
    expect(lost).toBeLessThan(1e-12);
    expect(Math.abs(reject + accept + outOfTime - 1)).toBeLessThan(1e-11);
  }
});

test('agrees with every path written out, for a gate small enough to do so', () => {
  const small: GateRun = {
    test: { perBad: 1, perGood: -0.5, reject: 1.9, accept: -1.4 },
    arrivals: { kind: 'fixed', perLook: 1.5 },
    looks: 4,
  };
  // Answers by look: 1, 3, 4, 6. Every sequence of six answers, judged as a controller would.
  const expected = { reject: 0, accept: 0, outOfTime: 0 };
  for (let sequence = 0; sequence < 64; sequence++) {
    const answers = Array.from({ length: 6 }, (_, index) => (sequence >> index) & 1);
    const chance = answers.reduce((product, bad) => product * (bad ? 0.3 : 0.7), 1);
    expected[judge(answers, [1, 3, 4, 6])] += chance;
  }
  const { reject, accept, outOfTime } = gateCharacteristic(small, 0.3);
  expect(reject).toBeCloseTo(expected.reject, 14);
  expect(accept).toBeCloseTo(expected.accept, 14);
  expect(outOfTime).toBeCloseTo(expected.outOfTime, 14);

  function judge(answers: readonly number[], looks: readonly number[]): keyof typeof expected {
    for (const seen of looks) {
      const bad = answers.slice(0, seen).reduce((sum, answer) => sum + answer, 0);
      const walk = small.test.perBad * bad + small.test.perGood * (seen - bad);
      if (walk >= small.test.reject) return 'reject';
      if (walk <= small.test.accept) return 'accept';
    }
    return 'outOfTime';
  }
});

test('random arrivals agree with a sum over all counts of a single look', () => {
  const factorial = (count: number): number => (count === 0 ? 1 : count * factorial(count - 1));
  const poisson = (mean: number, count: number) => (Math.exp(-mean) * mean ** count) / factorial(count);
  const once: GateRun = { ...random, looks: 1, arrivals: { kind: 'poisson', perLook: 30 } };
  let reject = 0;
  let accept = 0;
  for (let bad = 0; bad < 60; bad++) {
    for (let good = 0; good < 110; good++) {
      const chance = poisson(30 * 0.1, bad) * poisson(30 * 0.9, good);
      const walk = wald.perBad * bad + wald.perGood * good;
      if (walk >= wald.reject) reject += chance;
      if (walk <= wald.accept) accept += chance;
    }
  }
  const chances = gateCharacteristic(once, 0.1);
  expect(chances.reject).toBeCloseTo(reject, 12);
  expect(chances.accept).toBeCloseTo(accept, 12);
});

test('with less than one answer per look the looks in between change nothing', () => {
  const slow: GateRun = { ...even, arrivals: { kind: 'fixed', perLook: 0.25 }, looks: 240 };
  const single: GateRun = { ...even, arrivals: { kind: 'fixed', perLook: 1 }, looks: 60 };
  expect(gateCharacteristic(slow, 0.2).reject).toBeCloseTo(gateCharacteristic(single, 0.2).reject, 12);
});

test('a gate that can reach no verdict says so instead of dividing by nothing', () => {
  const short: GateRun = { ...even, arrivals: { kind: 'fixed', perLook: 0.1 }, looks: 5 };
  expect(gateCharacteristic(short, 0.5)).toMatchObject({ outOfTime: 1, verdict: undefined, meanLooks: 5 });
});

test.each([
  [{ ...even }, 1.2, 'share: got 1.2, expected 0 to 1'],
  [{ ...even, looks: 0 }, 0.1, 'looks: got 0, expected at least 1'],
  [{ ...even, arrivals: { kind: 'fixed', perLook: 0 } } as const, 0.1, 'answers per look: got 0, expected more than 0'],
])('refuses what is no run', (run, share, message) => {
  expect(() => verdictChances(run, share)).toThrow(new RangeError(message));
});

test.each([
  ['ten answers per look', random],
  [
    'two answers per look, for 300 looks',
    { ...random, arrivals: { kind: 'poisson', perLook: 2 }, looks: 300 } as const,
  ],
  ['half an answer per look', { ...random, arrivals: { kind: 'poisson', perLook: 0.5 }, looks: 200 } as const],
])('a curve at random arrivals is what its shares are one by one, with %s', (_, run) => {
  const shares = [0, 1e-6, 0.05, 0.11, 0.2, 0.4, 0.999, 1];
  const curve = operatingCurve(run, shares);
  expect(curve.map(({ share }) => share)).toEqual(shares);
  for (const [index, share] of shares.entries()) {
    const alone = gateCharacteristic(run, share);
    const together = curve[index] as GateCharacteristic;
    expect(together.lost).toBeLessThan(1e-12);
    for (const key of ['reject', 'accept', 'outOfTime', 'meanLooks', 'badAnswers'] as const) {
      expect(Math.abs(together[key] - alone[key])).toBeLessThan(1e-9);
    }
    expect(together.verdict?.p99).toBe(alone.verdict?.p99);
  }
});

test('a curve at even arrivals is the very same as its shares one by one', () => {
  expect(operatingCurve(even, [0, 0.11])).toEqual([gateCharacteristic(even, 0), gateCharacteristic(even, 0.11)]);
});

test.each([
  [1, 0.5],
  [3, 10],
  [40, 2],
])('no share of a curve has to be walked by itself, with %d looks at %d answers each', (looks, perLook) => {
  const shares = [0, 0.05, 0.11, 0.5, 1];
  const chances = walkPoissonAt(wald, shares, perLook, looks, 1e-13);
  for (const { lost } of chances) expect(lost).toBeLessThan(1e-12);
});
