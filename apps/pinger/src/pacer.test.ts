import { describe, expect, test } from 'vitest';
import { constantRate } from './pacer.ts';

describe('constantRate', () => {
  test('spaces the pings evenly from the start of the run', () => {
    const { offsetMs } = constantRate(10);
    expect([0, 1, 2, 3, 10].map(offsetMs)).toEqual([0, 100, 200, 300, 1000]);
  });

  test.each([
    // Ten years at 10 per second and at a rate that has no exact interval in milliseconds.
    { ratePerSecond: 10, index: 3_153_600_000, expected: 315_360_000_000 },
    { ratePerSecond: 3, index: 946_080_000, expected: 315_360_000_000 },
    { ratePerSecond: 5000, index: 5000 * 3600, expected: 3_600_000 },
    { ratePerSecond: 0.1, index: 1, expected: 10_000 },
  ])('has not drifted by ping $index at $ratePerSecond per second', ({ ratePerSecond, index, expected }) => {
    expect(constantRate(ratePerSecond).offsetMs(index)).toBe(expected);
  });

  test.each([
    { ratePerSecond: 10, durationMs: 1000, total: 10 },
    { ratePerSecond: 10, durationMs: 1001, total: 11 },
    { ratePerSecond: 10, durationMs: 100, total: 1 },
    { ratePerSecond: 0.1, durationMs: 100, total: 1 },
    { ratePerSecond: 0.7, durationMs: 10_000, total: 7 },
    { ratePerSecond: 1.1, durationMs: 30_000, total: 33 },
    { ratePerSecond: 0.3, durationMs: 10_000, total: 3 },
    { ratePerSecond: 5000, durationMs: 86_400_000, total: 432_000_000 },
  ])('holds $total pings in $durationMs ms at $ratePerSecond per second', ({ ratePerSecond, durationMs, total }) => {
    const schedule = constantRate(ratePerSecond, durationMs);
    expect(schedule.total).toBe(total);
    expect(schedule.offsetMs(total - 1)).toBeLessThan(durationMs);
    expect(schedule.offsetMs(total)).toBeGreaterThanOrEqual(durationMs - 1e-6);
  });

  test('never ends without a duration', () => {
    expect(constantRate(10).total).toBe(Infinity);
  });
});
