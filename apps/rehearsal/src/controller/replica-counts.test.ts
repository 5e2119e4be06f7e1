import { describe, expect, it } from 'vitest';
import { countsForWeight, nextCounts, type ReplicaCounts } from './replica-counts.ts';

const limits = (replicas: number, maxSurge = 1, maxUnavailable = 0) => ({ replicas, maxSurge, maxUnavailable });

describe('the counts for a weight', () => {
  it.each<[replicas: number, weight: number, surge: number, expected: string]>([
    [5, 0, 1, '0+5'],
    [5, 10, 1, '1+5'],
    [5, 10, 0, '1+4'],
    [5, 20, 1, '1+4'],
    [5, 40, 1, '2+3'],
    [5, 50, 1, '3+3'],
    [5, 50, 0, '3+2'],
    [5, 60, 1, '3+2'],
    [5, 80, 1, '4+1'],
    [5, 90, 1, '5+1'],
    [5, 90, 0, '0+5'],
    [5, 100, 1, '5+0'],
    [1, 1, 1, '1+1'],
    [1, 99, 1, '1+1'],
    [1, 49, 0, '0+1'],
    [1, 50, 0, '1+0'],
    [2, 33, 1, '1+2'],
    [2, 50, 1, '1+1'],
    [2, 60, 1, '2+1'],
    [2, 75, 0, '0+2'],
    [3, 25, 1, '1+3'],
    [3, 40, 1, '1+2'],
    [3, 50, 1, '2+2'],
    [3, 75, 1, '3+1'],
    [4, 20, 1, '1+4'],
    [4, 40, 1, '2+3'],
    [4, 80, 1, '4+1'],
    [10, 5, 1, '1+10'],
    [10, 25, 1, '3+8'],
    [10, 95, 0, '0+10'],
    [10, 99, 1, '10+1'],
    [0, 50, 1, '0+0'],
  ])('%i replicas at %i %% with maxSurge %i are %s', (replicas, weight, surge, expected) => {
    const { canary, stable } = countsForWeight(limits(replicas, surge), weight);
    expect(`${canary}+${stable}`).toBe(expected);
  });
});

/** Lets every pod become available between looks until nothing changes; returns the counts of each wave. */
function waves(start: ReplicaCounts, weight: number, bounds: ReturnType<typeof limits>): readonly string[] {
  const seen: string[] = [];
  let counts = start;
  for (;;) {
    const ready = (desired: number) => ({ desired, created: desired, available: desired });
    const next = nextCounts(bounds, weight, { canary: ready(counts.canary), stable: ready(counts.stable) }, 0);
    if (next.canary === counts.canary && next.stable === counts.stable) return seen;
    seen.push(`${next.canary}+${next.stable}`);
    counts = next;
  }
}

/** How often new pods must become available before a version is back at all its pods. */
function readyWaits(start: ReplicaCounts, bounds: ReturnType<typeof limits>): number {
  const set = (desired: number) => ({ desired, created: desired, available: desired });
  let canary = set(start.canary);
  let stable = set(start.stable);
  for (let waits = 0; ;) {
    const next = nextCounts(bounds, 0, { canary, stable }, 0);
    const moves = next.canary !== canary.desired || next.stable !== stable.desired;
    if (!moves && stable.available === stable.desired) return waits;
    if (!moves) waits++;
    const resize = (counts: typeof canary, desired: number) => ({
      desired,
      created: desired,
      available: moves ? Math.min(counts.available, desired) : desired,
    });
    canary = resize(canary, next.canary);
    stable = resize(stable, next.stable);
  }
}

describe('the way to a weight', () => {
  it('puts the canary first and never has fewer than five available pods with maxSurge 1 and maxUnavailable 0', () => {
    expect(waves({ canary: 0, stable: 5 }, 40, limits(5))).toEqual(['1+5', '1+4', '2+4', '2+3']);
  });

  it.each<[surge: number, unavailable: number, expected: readonly number[]]>([
    [2, 1, [1, 1, 1, 2]],
    [1, 0, [1, 2, 3, 4]],
    [0, 1, [1, 2, 3, 4]],
    [5, 0, [1, 1, 1, 1]],
  ])(
    'waits for pods after an abort as often as declared (maxSurge %i, maxUnavailable %i)',
    (surge, unavailable, expected) => {
      const starts = [1, 2, 3, 4].map((canary) => ({ canary, stable: 5 - canary }));
      expect(starts.map((start) => readyWaits(start, limits(5, surge, unavailable)))).toEqual(expected);
    },
  );

  it('waits for the canary to be available before it takes a stable pod away', () => {
    const canary = { desired: 1, created: 1, available: 0 };
    const stable = { desired: 5, created: 5, available: 5 };
    expect(nextCounts(limits(5), 20, { canary, stable }, 0)).toEqual({ canary: 1, stable: 5 });
    expect(nextCounts(limits(5), 20, { canary: { ...canary, available: 1 }, stable }, 0)).toEqual({
      canary: 1,
      stable: 4,
    });
  });

  it('scales nothing down while an older version still has pods', () => {
    const ready = (desired: number) => ({ desired, created: desired, available: desired });
    expect(nextCounts(limits(5), 20, { canary: ready(1), stable: ready(5) }, 1)).toEqual({ canary: 1, stable: 5 });
  });
});
