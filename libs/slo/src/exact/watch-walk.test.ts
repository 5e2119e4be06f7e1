import { expect, test } from 'vitest';
import type { Objective } from '../objective.ts';
import { calibratedTest } from './calibrate.ts';
import { leastDwell } from './dwell.ts';
import { summarizeLooks, sumOf } from './gate-characteristic.ts';
import { fromZero, gateHandover, watchChances, watchTest } from './watch-walk.ts';

const objective: Objective = { name: 'error', indicator: { kind: 'availability' }, acceptable: 0.05, refused: 0.2 };
const watch = watchTest(objective, 0.01);
const twoHours = [{ answersPerLook: 10, looks: 1440 }];

test('two hours of looks abort a good release less often than promised', () => {
  const { rejects, silent, lost } = watchChances(watch, twoHours, 0.05);
  expect(sumOf(rejects)).toBeCloseTo(0.00504, 5);
  expect(sumOf(rejects)).toBeLessThan(0.01);
  expect(lost).toBeLessThan(1e-12);
  expect(sumOf(rejects) + silent).toBeCloseTo(1, 11);
});

test('a gross failure is found at once, twice the acceptable share within minutes', () => {
  expect(summarizeLooks(watchChances(watch, twoHours, 0.35).rejects)).toMatchObject({ p50: 2, p99: 5 });
  expect(summarizeLooks(watchChances(watch, twoHours, 0.1).rejects)).toMatchObject({ p50: 24, p99: 83 });
});

test('agrees with every path written out, over a change of weight', () => {
  const eager = watchTest(objective, 0.3);
  const stages = [
    { answersPerLook: 1, looks: 2 },
    { answersPerLook: 2, looks: 2 },
  ];
  let refused = 0;
  for (let sequence = 0; sequence < 64; sequence++) {
    const answers = Array.from({ length: 6 }, (_, index) => (sequence >> index) & 1);
    const badOf = (seen: number) => answers.slice(0, seen).reduce((sum, answer) => sum + answer, 0);
    const crosses = [1, 2, 4, 6].some((seen) => eager.evidence(badOf(seen), seen - badOf(seen)) >= eager.reject);
    if (crosses) refused += 0.2 ** badOf(6) * 0.8 ** (6 - badOf(6));
  }
  expect(refused).toBeGreaterThan(0.1);
  expect(sumOf(watchChances(eager, stages, 0.2).rejects)).toBeCloseTo(refused, 14);
});

const gate = {
  test: calibratedTest({ ...objective, rates: { alpha: 0.01, beta: 0.01 }, answersPerLook: 10, looks: 60 }).test,
  arrivals: { kind: 'fixed', perLook: 10 },
  looks: 60,
} as const;

test('takes over the counters of every release that passed the gate', () => {
  const handover = gateHandover(gate, 0.05);
  expect(handover.reduce((sum, { bad }) => sum + sumOf(bad.weights), 0)).toBeCloseTo(1, 12);
  for (const { answers, bad } of handover) {
    const most = bad.first + bad.weights.length - 1;
    expect(gate.test.perBad * most + gate.test.perGood * (answers - most)).toBeLessThanOrEqual(gate.test.accept);
  }
});

test('goes on from the counters that it takes over, good answers included', () => {
  const bad = 8;
  const lastChance = (good: number) => {
    const start = [{ answers: bad + good, bad: { first: bad, weights: Float64Array.of(1) } }];
    return sumOf(watchChances(watch, [{ answersPerLook: 1, looks: 1 }], 0.2, start).rejects);
  };
  // The most good answers beside which one more bad one still reaches the bound.
  let good = 0;
  while (watch.evidence(bad + 1, good + 1) >= watch.reject) good++;
  expect(watch.evidence(bad, good)).toBeLessThan(watch.reject);
  expect(lastChance(good)).toBeCloseTo(0.2, 12);
  expect(lastChance(good + 1)).toBe(0);
});

test.each([
  ['counters at zero', fromZero],
  ['the counters of a release that met the objective until then', gateHandover(gate, 0.05)],
])('dwells as long as needed and no longer, from %s', (_, start) => {
  const goal = { test: watch, answersPerLook: [20, 30, 40], refused: 0.2, caught: 0.99, start, mostLooks: 60 };
  const dwell = leastDwell(goal);
  const caughtIn = (looks: number) =>
    sumOf(
      watchChances(
        watch,
        goal.answersPerLook.map((answersPerLook) => ({ answersPerLook, looks })),
        0.2,
        start,
      ).rejects,
    );
  expect(caughtIn(dwell?.looksPerWeight ?? 0)).toBeGreaterThanOrEqual(0.99);
  expect(caughtIn((dwell?.looksPerWeight ?? 0) - 1)).toBeLessThan(0.99);
});

test('knows no dwell when the longest one is too short', () => {
  const hopeless = { test: watch, answersPerLook: [0.1], refused: 0.06, caught: 0.99, start: fromZero, mostLooks: 60 };
  expect(leastDwell(hopeless)).toBeUndefined();
});
