/** Dots of one cell of a plot, as Unicode's braille patterns have them: two columns of four. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const dotColumns = 2;
const dotRows = 4;
const emptyCell = 0x2800;
/** Dots between two values as long as there is room: a short walk would be hard to see otherwise. */
const widestStep = 2;

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * A line through values, oldest at the left.
 *
 * Shape: `height` rows of `width` characters; a cell without a dot is a space. All values are shown, closer together the more there are.
 * Edge:  a value outside of `low` to `high` lies on that edge.
 */
export function plotWalk(
  values: readonly number[],
  { low, high, width, height }: { low: number; high: number; width: number; height: number },
): readonly string[] {
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  const lowest = height * dotRows - 1;
  const step = Math.min(widestStep, (width * dotColumns - 1) / Math.max(1, values.length - 1));
  const rowOf = (value: number) => {
    const share = (high - value) / (high - low);
    return Math.round(Math.min(1, Math.max(0, share)) * lowest);
  };
  const set = (x: number, y: number) => {
    const row = cells[Math.floor(y / dotRows)];
    const column = Math.floor(x / dotColumns);
    if (row?.[column] !== undefined) row[column] |= dots[x % dotColumns === 0 ? 0 : 1][y % dotRows] ?? 0;
  };
  values.forEach((value, index) => {
    const from = values[index - 1];
    const [x0, y0] = from === undefined ? [0, rowOf(value)] : [Math.round((index - 1) * step), rowOf(from)];
    const [x1, y1] = [Math.round(index * step), rowOf(value)];
    const length = Math.max(x1 - x0, Math.abs(y1 - y0), 1);
    for (let part = 0; part <= length; part++) {
      set(Math.round(x0 + ((x1 - x0) * part) / length), Math.round(y0 + ((y1 - y0) * part) / length));
    }
  });
  return cells.map((row) => row.map((cell) => (cell === 0 ? ' ' : String.fromCodePoint(emptyCell + cell))).join(''));
}

/** One bar for each value, 0 to `highest`; a space for an absent one. The last `width` values. */
export function sparkline(values: readonly (number | undefined)[], highest: number, width: number): string {
  return values
    .slice(Math.max(0, values.length - width))
    .map((value) => (value === undefined ? ' ' : barOf(value / highest)))
    .join('');
}

function barOf(share: number): string {
  const index = Math.ceil(Math.min(1, Math.max(0, share)) * bars.length) - 1;
  return bars[Math.max(0, index)] ?? bars[0];
}
