import { describe, expect, it } from 'vitest';
import type { Exemplar } from '../release/event.ts';
import type { At } from './facts.ts';
import { mostPoints, mostTraces, thinned, tracedExemplars, withGaps } from './thinning.ts';

describe('the points of a line', () => {
  const series = (length: number) => Array.from({ length }, (_, index) => index);

  it('all stay while they are few', () => {
    expect(thinned(series(mostPoints))).toEqual(series(mostPoints));
  });

  it.each([mostPoints + 1, 999, 1000, 3601])('are at most 500 of %i, with the first and the last', (length) => {
    const kept = thinned(series(length));
    expect(kept.length).toBeLessThanOrEqual(mostPoints);
    expect(kept.length).toBeGreaterThan(mostPoints / 2 - 1);
    expect([kept[0], kept.at(-1)]).toEqual([0, length - 1]);
  });

  it('stay where something changed', () => {
    expect(thinned(series(2000), (point) => point === 1501)).toContain(1501);
  });

  it('are apart where nothing was measured for long', () => {
    const at = (second: number) => ({ second, value: 1 });
    expect(withGaps([0, 1, 2, 12, 13].map(at))).toEqual([
      at(0),
      at(1),
      at(2),
      { second: 7, value: NaN },
      at(12),
      at(13),
    ]);
    expect(withGaps([0, 4, 8].map(at))).toEqual([at(0), at(4), at(8)]);
    expect(withGaps([])).toEqual([]);
  });
});

describe('the traces that are kept', () => {
  const exemplar = (version: 'stable' | 'canary', index: number): At<Exemplar> => ({
    ...{ version, pod: 'p', at: 0, second: 0, seconds: index, status: '', traceId: `${version}-${index}` },
    ...{ failed: index % 10 === 0, slow: false },
  });
  const many = (version: 'stable' | 'canary', count: number) =>
    Array.from({ length: count }, (_, index) => exemplar(version, index));
  const count = (kept: ReadonlySet<string>, version: string) => [...kept].filter((id) => id.startsWith(version)).length;

  it('are those of failed pings first, then of the slowest', () => {
    const kept = tracedExemplars(many('canary', 100), () => true);
    expect(kept.size).toBe(mostTraces);
    expect(kept).toContain('canary-0');
    expect(kept).toContain('canary-99');
    expect(kept).not.toContain('canary-1');
  });

  it('are of both versions alike, and of one where the other has few', () => {
    const both = tracedExemplars([...many('canary', 100), ...many('stable', 100)], () => true);
    expect([count(both, 'canary'), count(both, 'stable')]).toEqual([30, 30]);
    const few = tracedExemplars([...many('canary', 5), ...many('stable', 100)], () => true);
    expect([count(few, 'canary'), count(few, 'stable')]).toEqual([5, 55]);
    const none = tracedExemplars([...many('canary', 100), ...many('stable', 10)], () => true);
    expect([count(none, 'canary'), count(none, 'stable')]).toEqual([50, 10]);
  });

  it('are only those that arrived', () => {
    expect(tracedExemplars(many('canary', 3), (traceId) => traceId === 'canary-1')).toEqual(new Set(['canary-1']));
  });
});
