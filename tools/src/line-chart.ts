import { percent } from './format.ts';

/** Vertical and horizontal place of a chart, in user units of the SVG. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One curve of a chart; a point that has no value is left out. */
export interface Line<Point> {
  /** Class of its stroke. */
  readonly name: string;
  readonly label: string;
  readonly valueOf: (point: Point) => number | undefined;
}

/** Curves over shares of bad answers. */
export interface Chart<Point> {
  readonly title: string;
  readonly lines: readonly Line<Point>[];
  readonly points: readonly Point[];
  /** Greatest value of the vertical axis; the horizontal one ends at the last point. */
  readonly most: number;
  readonly unit: (value: number) => string;
}

/** What all charts look like, in either scheme; the strokes of the lines come on top. */
export const chartStyle = {
  light: `
  svg { background: #ffffff; color: #24292f; font: 12px system-ui, sans-serif; }
  text { fill: currentColor; }
  .grid { stroke: currentColor; stroke-opacity: 0.15; }
  .mark { stroke: currentColor; stroke-opacity: 0.55; stroke-dasharray: 2 3; }
  .line { fill: none; stroke-width: 2; }`,
  dark: `
    svg { background: #0d1117; color: #e6edf3; }`,
} as const;

/** Horizontal place of a share. */
function placeOf(share: number, most: number, { left, right }: Pick<Frame, 'left' | 'right'>): number {
  return left + (share / most) * (right - left);
}

/** Title, grid, curves and legend of a chart. */
function renderChart<Point extends { readonly share: number }>(
  { title, lines, points, most, unit }: Chart<Point>,
  frame: Frame,
): string[] {
  const { left, right, top, bottom } = frame;
  const mostShare = points.at(-1)?.share ?? 1;
  const y = (value: number) => bottom - (value / most) * (bottom - top);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most);
  return [
    `<text x="${left}" y="${top - 12}" font-weight="600">${title}</text>`,
    ...ticks.flatMap((tick) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`,
      `<text x="${left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${unit(tick)}</text>`,
    ]),
    ...lines.map(({ name, valueOf }) => {
      const places = points.flatMap((point) => {
        const value = valueOf(point);
        return value === undefined ? [] : [`${round(placeOf(point.share, mostShare, frame))},${round(y(value))}`];
      });
      return `<polyline class="line ${name}" points="${places.join(' ')}"/>`;
    }),
    ...lines.flatMap(({ name, label }, index) => [
      `<line class="line ${name}" x1="${right + 14}" x2="${right + 38}" y1="${top + 8 + 20 * index}" y2="${top + 8 + 20 * index}"/>`,
      `<text x="${right + 44}" y="${top + 12 + 20 * index}">${label}</text>`,
    ]),
  ];
}

/** Two charts one above the other over the same shares, and the shares that the objective names as lines across both. */
export interface Plot<Point> {
  /** Says what the picture shows to who can't see it. */
  readonly title: string;
  /** The strokes of the lines, on top of {@link chartStyle}. */
  readonly style: string;
  readonly width: number;
  readonly height: number;
  readonly charts: readonly [upper: readonly [Chart<Point>, Frame], lower: readonly [Chart<Point>, Frame]];
  readonly marks: { readonly acceptable: number; readonly refused: number };
}

/** The plot as SVG text. */
export function renderPlot<Point extends { readonly share: number }>(plot: Plot<Point>): string {
  const { title, style, width, height, charts, marks } = plot;
  const [[upper, above], [lower, below]] = charts;
  const most = lower.points.at(-1)?.share ?? 1;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${style}\n</style>`,
    ...renderChart(upper, above),
    ...renderChart(lower, below),
    ...renderShareAxis(most, below),
    ...renderMark(marks.acceptable, 'acceptable', most, above, below),
    ...renderMark(marks.refused, 'refused', most, above, below),
    '</svg>',
    '',
  ].join('\n');
}

function renderMark(share: number, label: string, most: number, above: Frame, below: Frame): string[] {
  const x = round(placeOf(share, most, above));
  return [
    `<line class="mark" x1="${x}" x2="${x}" y1="${above.top}" y2="${below.bottom}"/>`,
    `<text x="${x}" y="${above.bottom + 20}" text-anchor="middle">${label} ${percent(share)}</text>`,
  ];
}

/** A chart of times, in seconds; its axis ends at a number that is easy to read. */
export function timeChart<Point>(
  title: string,
  lines: readonly Line<Point>[],
  points: readonly Point[],
  longest: number,
): Chart<Point> {
  return { title, lines, points, most: ceilToReadable(longest), unit: (value) => `${round(value)} s` };
}

/** Numbers and name of the axis that all charts of a plot share; it stands below the last of them. */
function renderShareAxis(most: number, { left, right, bottom }: Frame): string[] {
  const ticks = Array.from({ length: 9 }, (_, index) => (most * index) / 8);
  return [
    ...ticks.map(
      (tick) =>
        `<text x="${round(placeOf(tick, most, { left, right }))}" y="${bottom + 18}" text-anchor="middle">${percentTick(tick)}</text>`,
    ),
    `<text x="${(left + right) / 2}" y="${bottom + 40}" text-anchor="middle">true share of bad answers</text>`,
  ];
}

export function percentTick(value: number): string {
  return `${round(value * 100)} %`;
}

/** One decimal: a tenth of a unit can't be seen, and rounding hides how a platform computes the last digits. */
function round(value: number): number {
  return Number(value.toFixed(1));
}

/** The next of 1, 2, 4, 8 or 10 times a power of ten: four equal parts of it are easy to read. */
function ceilToReadable(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return power * ([1, 2, 4, 8, 10].find((factor) => factor * power >= value) as number);
}
