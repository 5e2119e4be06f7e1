import { describe, expect, it } from 'vitest';
import { plotWalk, sparkline } from './plot.ts';

describe('the plot of a walk', () => {
  const size = { low: -4, high: 4, width: 6, height: 3 };

  it('goes up from the middle to the upper edge and down to the lower one', () => {
    expect(plotWalk([0, 2, 4, 4, -4], size)).toEqual([' ⡰⠉⢇  ', '⠜  ⢸  ', '   ⠈⡆ ']);
  });

  it('is empty without values, and a dot for one', () => {
    expect(plotWalk([], size)).toEqual(['      ', '      ', '      ']);
    expect(plotWalk([4], size)).toEqual(['⠁     ', '      ', '      ']);
  });

  it('keeps a value outside of its edges on the edge', () => {
    expect(plotWalk([99], size)).toEqual(plotWalk([4], size));
    expect(plotWalk([-99], size)).toEqual(plotWalk([-4], size));
  });

  it('shows all of a long walk in the same width, its last value in the last column', () => {
    const rising = Array.from({ length: 1_000 }, (_, index) => -4 + (8 * index) / 999);
    const rows = plotWalk(rising, size);
    expect(rows.map((row) => row.length)).toEqual([6, 6, 6]);
    expect([rows[0]?.at(-1), rows[2]?.at(0)]).not.toContain(' ');
    expect([rows[0]?.at(0), rows[2]?.at(-1)]).toEqual([' ', ' ']);
  });
});

describe('a sparkline', () => {
  it('has the lowest bar for 0, the highest for the top and beyond, and a space for an absent value', () => {
    expect(sparkline([0, 0.1, 0.5, 1, 2, undefined, 0.5], 1, 10)).toBe('▁▁▄██ ▄');
  });

  it('shows the last values where there is no room for all', () => {
    expect(sparkline([1, 1, 0, 1], 1, 2)).toBe('▁█');
    expect(sparkline([1, 1], 1, 0)).toBe('');
  });
});
