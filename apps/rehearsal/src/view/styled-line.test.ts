import { describe, expect, it } from 'vitest';
import { fit, line, pad, paintLine, spread, toned, widthOf } from './styled-line.ts';

const text = (content: Parameters<typeof paintLine>[0]) => paintLine(content, (tone, piece) => `<${tone} ${piece}>`);

describe('a line', () => {
  it('that is too long ends in an ellipsis, in the tone of what it cuts', () => {
    expect(text(fit(line('ab', toned('bad', 'cdef')), 6))).toBe('ab<bad cdef>');
    expect(text(fit(line('ab', toned('bad', 'cdef'), 'gh'), 6))).toBe('ab<bad cde…>');
    expect(text(fit(line('abc'), 1))).toBe('…');
    expect(fit(line('abc'), 0)).toEqual([]);
  });

  it('counts the cells of wide characters and never cuts one in half', () => {
    expect(widthOf(line('日本'))).toBe(4);
    expect(text(fit(line('日本語'), 4))).toBe('日…');
    expect(widthOf(pad(fit(line('日本語'), 4), 4))).toBe(4);
  });

  it('has a right part at the right edge, unless too little would be left for the left part', () => {
    expect(text(spread(line('left'), line('right'), 12))).toBe('left   right');
    expect(text(spread(line('a long left part'), line('right'), 12))).toBe('a lon… right');
    expect(text(spread(line('left'), line('right'), 8))).toBe('left');
  });
});
