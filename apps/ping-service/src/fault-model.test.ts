import { parseLatencyMix } from '@observed-rollouts/contract';
import { describe, expect, test } from 'vitest';
import { type Draw, FaultModel } from './fault-model.ts';
import { createUniformSource, type UniformSource } from './uniform-source.ts';

function createModel(mix: string, successPercent: number, uniform: UniformSource): FaultModel {
  return new FaultModel({ latencyMix: parseLatencyMix(mix), successPercent }, uniform);
}

/** A source that repeats these numbers. */
function scripted(...points: number[]): UniformSource {
  let next = 0;
  return () => points[next++ % points.length] as number;
}

function drawMany(model: FaultModel, count: number): Draw[] {
  return Array.from({ length: count }, () => model.draw());
}

function countBy(draws: readonly Draw[], key: (draw: Draw) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const draw of draws) counts[key(draw)] = (counts[key(draw)] ?? 0) + 1;
  return counts;
}

/** Pearson's statistic: how far counts are from what is expected. */
function chiSquare(pairs: readonly (readonly [observed: number, expected: number])[]): number {
  return pairs.reduce((sum, [observed, expected]) => sum + (observed - expected) ** 2 / expected, 0);
}

describe('a share begins where the one before it ends', () => {
  test.each([
    [0, '50%500ms', 500],
    [0.4999, '50%500ms', 500],
    [0.5, '5%200ms', 200],
    [0.5499, '5%200ms', 200],
    [0.55, '45%2s', 2000],
    [1 - 2 ** -53, '45%2s', 2000],
  ])('%d draws %s', (point, share, latencyMs) => {
    const model = createModel('50%500ms,5%200ms,45%2s', 100, scripted(point, 0));
    expect(model.draw()).toEqual({ share, latencyMs, succeeds: true });
  });

  test('a sum a hair under 100 leaves no gap', () => {
    const model = createModel('33.3%1ms,33.3%2ms,33.4%3ms', 100, scripted(1 - 2 ** -53, 0));
    expect(model.draw().latencyMs).toBe(3);
  });
});

describe('success is drawn on its own', () => {
  test.each([
    [95, 0.9499, true],
    [95, 0.95, false],
    [0, 0, false],
    [100, 1 - 2 ** -53, true],
  ])('at %d percent, %d succeeds: %s', (percent, point, succeeds) => {
    expect(createModel('100%0ms', percent, scripted(0.5, point)).draw().succeeds).toBe(succeeds);
  });
});

describe('100,000 draws of release "slow" at 95 percent, seed 42', () => {
  const draws = drawMany(createModel('50%500ms,5%200ms,45%2s', 95, createUniformSource(42)), 100_000);
  const shares = { '50%500ms': 50_000, '5%200ms': 5_000, '45%2s': 45_000 };

  test('are these, for ever', () => {
    expect(countBy(draws, ({ share, succeeds }) => `${share} ${succeeds ? 'ok' : 'failed'}`)).toEqual({
      '50%500ms ok': 47_474,
      '50%500ms failed': 2_531,
      '5%200ms ok': 4_826,
      '5%200ms failed': 259,
      '45%2s ok': 42_716,
      '45%2s failed': 2_194,
    });
  });

  test('have the declared shares (chi-square, 2 degrees of freedom, 0.1 %)', () => {
    const counts = countBy(draws, ({ share }) => share);
    const pairs = Object.entries(shares).map(([share, expected]) => [counts[share] ?? 0, expected] as const);
    expect(chiSquare(pairs)).toBeLessThan(13.82);
  });

  test('fail independently of their latency (chi-square, 2 degrees of freedom, 0.1 %)', () => {
    const counts = countBy(draws, ({ share, succeeds }) => `${share} ${succeeds}`);
    const byShare = countBy(draws, ({ share }) => share);
    const failed = draws.filter(({ succeeds }) => !succeeds).length;
    const pairs = Object.entries(byShare).flatMap(([share, total]) => [
      [counts[`${share} false`] ?? 0, (total * failed) / draws.length] as const,
      [counts[`${share} true`] ?? 0, (total * (draws.length - failed)) / draws.length] as const,
    ]);
    expect(chiSquare(pairs)).toBeLessThan(13.82);
  });

  test('say nothing about the next one (chi-square, 8 degrees of freedom, 0.1 %)', () => {
    const pairsSeen: Record<string, number> = {};
    for (let index = 0; index + 1 < draws.length; index += 2) {
      const key = `${draws[index]?.share} ${draws[index + 1]?.share}`;
      pairsSeen[key] = (pairsSeen[key] ?? 0) + 1;
    }
    const total = draws.length / 2;
    const pairs = Object.entries(shares).flatMap(([first, firstCount]) =>
      Object.entries(shares).map(
        ([second, secondCount]) =>
          [pairsSeen[`${first} ${second}`] ?? 0, (total * firstCount * secondCount) / 100_000 ** 2] as const,
      ),
    );
    // Nine cells whose probabilities are given: 8 degrees of freedom.
    expect(chiSquare(pairs)).toBeLessThan(26.12);
  });
});

describe('a seed', () => {
  const sequence = (seed?: number) => drawMany(createModel('90%500ms,10%200ms', 65, createUniformSource(seed)), 200);

  test('draws the same sequence again, another one another', () => {
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
    expect(sequence(0)).not.toEqual(sequence(4_294_967_295));
  });

  test('that is absent is never the same', () => {
    expect(sequence()).not.toEqual(sequence());
  });

  test('spreads from the first draw on, also when seeds are small', () => {
    const first = Array.from({ length: 10_000 }, (_, seed) => createUniformSource(seed)());
    const tenths = countBy(
      first.map((value) => ({ share: `${Math.floor(value * 10)}`, latencyMs: 0, succeeds: true })),
      ({ share }) => share,
    );
    // Nine degrees of freedom, 0.1 %.
    expect(chiSquare(Object.values(tenths).map((count) => [count, 1000] as const))).toBeLessThan(27.88);
    expect(Object.keys(tenths)).toHaveLength(10);
  });
});
