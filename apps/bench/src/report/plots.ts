import { anchor, type Canvas, figure, html, legend, type Markup, Plot } from '@observed-rollouts/report';
import type { BarPlot, LinePlot, Point } from '../benchmark.ts';
import { formatAim, formatNumber, formatQuartiles, type Standing, standingOf } from './figures.ts';
import { seriesLooks } from './style.ts';

/** A plot of a benchmark. @param benchmark its name, since titles are unique within it only. */
export function plotFigure(benchmark: string, plot: LinePlot | BarPlot): Markup {
  const id = anchor(benchmark, plot.title);
  return plot.kind === 'line' ? lineFigure(id, plot) : barFigure(id, plot);
}

/** Axis ticks at the measured places, as long as there are so few. */
const mostOwnTicks = 8;
const symbols = ['circle', 'triangle', 'square', 'diamond', 'times', 'plus'] as const;

function lineFigure(id: string, { title, x, y, points }: LinePlot): Markup {
  const drawn = points.filter((point) => (x.scale !== 'log' || point.x > 0) && (y.scale !== 'log' || point.y > 0));
  const hidden = points.length - drawn.length;
  const series = [...Map.groupBy(drawn, (point) => point.series)].map(([name, own], index) => ({
    name,
    own: own.toSorted((a, b) => a.x - b.x),
    look: (index % seriesLooks) + 1,
    symbol: symbols[index % symbols.length] as (typeof symbols)[number],
  }));
  const place = (point: Point) =>
    `${point.series}: ${formatNumber(point.y)} ${y.label} at ${formatNumber(point.x)} ${x.label}`;
  return figure({
    id,
    title,
    words: `${title}: ${y.label} over ${x.label}. ${series.map(({ name, own }) => seriesWords(name, own)).join('; ')}.`,
    caption: html`${y.label} over
    ${x.label}${hidden > 0 && `; ${hidden} at or below 0 have no place on a logarithmic axis`}`,
    legend: legend(series.map(({ name, look }) => [`series-${look}-line`, name] as const)),
    empty: drawn.length === 0 ? 'Nothing to draw: it has no points.' : undefined,
    plot: (canvas) => ({
      style: null as never,
      height: canvas.isNarrow ? 220 : 280,
      marginLeft: canvas.isNarrow ? 52 : 72,
      marginBottom: 36,
      x: { ...axis(x.scale, xTicks(drawn, x.scale, canvas)), label: x.label, labelAnchor: 'right', labelArrow: 'none' },
      y: {
        ...axis(y.scale, y.scale === 'log' ? 4 : 5),
        label: null,
        grid: true,
        ...(y.scale === 'log' ? {} : { zero: true }),
      },
      marks: series.flatMap(({ own, look, symbol }) => [
        Plot.lineY(own, { x: 'x', y: 'y', className: `series-${look}-line` }),
        ...(own.length <= 40
          ? [Plot.dot(own, { x: 'x', y: 'y', r: 3.5, symbol, title: place, className: `series-${look}-dot` })]
          : []),
      ]),
    }),
  });
}

function axis(scale: 'linear' | 'log', ticks: number | readonly number[]) {
  return { type: scale, ticks: ticks as number | number[], tickFormat: formatNumber };
}

/** On a logarithmic axis ticks stand where it was measured: of Plot's own most have no label. */
function xTicks(points: readonly Point[], scale: 'linear' | 'log', { isNarrow }: Canvas): number | readonly number[] {
  const places = [...new Set(points.map(({ x }) => x))];
  if (scale === 'log' && places.length <= mostOwnTicks) return places;
  return isNarrow ? 4 : 8;
}

/** A long series is told by its ends and its extremes. */
function seriesWords(name: string, points: readonly Point[]): string {
  const said = ({ x, y }: Point) => `${formatNumber(y)} at ${formatNumber(x)}`;
  if (points.length <= mostOwnTicks) return `${name}: ${points.map(said).join(', ')}`;
  const values = points.map(({ y }) => y);
  const [low, high] = [Math.min(...values), Math.max(...values)].map(formatNumber);
  return `${name}: ${points.length} points between ${low} and ${high}, first ${said(points[0] as Point)}, last ${said(points.at(-1) as Point)}`;
}

type Bar = BarPlot['bars'][number];

const whisker = 'quartiles-rule';

const standings: Readonly<Record<Standing, string>> = {
  reached: 'reaches its aim',
  missed: 'misses its aim',
  stated: 'has no aim',
};

function barFigure(id: string, { title, label, bars }: BarPlot): Markup {
  const shown = Map.groupBy(bars, standingOf);
  const aims = bars.flatMap(({ name, aim }) =>
    aim === undefined ? [] : [{ name, bound: 'atMost' in aim ? aim.atMost : aim.atLeast }],
  );
  const hasQuartiles = bars.some(({ value }) => value.samples > 1);
  const far = Math.max(...aims.map(({ bound }) => bound), ...bars.map(({ value }) => value.upperQuartile));
  const near = Math.min(0, ...bars.map(({ value }) => value.lowerQuartile));
  return figure({
    id,
    title,
    words: `${title}: ${label}. ${bars.map((bar) => `${bar.name} ${barWords(bar)}`).join('; ')}.`,
    caption: html`${label}`,
    legend: legend(
      [
        ...[...shown.keys()].map((standing) => [`${standing}-bar`, standings[standing]] as const),
        ...(hasQuartiles ? [[whisker, 'from quartile to quartile'] as const] : []),
        ...(aims.length > 0 ? [['aim-rule', 'aim'] as const] : []),
      ],
      { [whisker]: html`<path d="M2,6H26"></path>` },
    ),
    empty: bars.length === 0 ? 'Nothing to draw: it has no bars.' : undefined,
    plot: (canvas) => ({
      style: null as never,
      // The name stands above its bar, on a phone in a line of its own above the figures.
      height: 46 + bars.length * (canvas.isNarrow ? 62 : 46),
      marginLeft: 12,
      marginBottom: 36,
      x: {
        domain: [near, far > near ? far : near + 1],
        label,
        labelArrow: 'none',
        grid: true,
        ticks: 5,
        tickFormat: formatNumber,
      },
      y: { domain: bars.map(({ name }) => name), label: null, axis: null },
      marks: [
        ...[...shown].map(([standing, own]) =>
          Plot.barX(own, {
            x: ({ value }: Bar) => value.median,
            y: 'name',
            ...barInsets(canvas),
            title: (bar: Bar) => `${bar.name}: ${barWords(bar)}`,
            className: `${standing}-bar`,
          }),
        ),
        Plot.tickX(aims, { x: 'bound', y: 'name', ...barInsets(canvas, -4), className: 'aim-rule' }),
        Plot.ruleY(
          bars.filter(({ value }) => value.samples > 1),
          {
            x1: ({ value }: Bar) => value.lowerQuartile,
            x2: ({ value }: Bar) => value.upperQuartile,
            y: 'name',
            // A rule stands in the middle of its band: the bar's lies lower.
            dy: barTop(canvas) / 2 - 2,
            className: whisker,
          },
        ),
        Plot.text(bars, {
          x: near,
          y: 'name',
          text: (bar: Bar) => `${bar.name}${canvas.isNarrow ? '\n' : ': '}${barWords(bar)}`,
          textAnchor: 'start',
          lineAnchor: 'bottom',
          dy: canvas.isNarrow ? -1 : -6,
          lineWidth: canvas.isNarrow ? 26 : 80,
          textOverflow: 'ellipsis',
        }),
      ],
    }),
  });
}

function barTop({ isNarrow }: Canvas): number {
  return isNarrow ? 36 : 22;
}

function barInsets(canvas: Canvas, beyond = 0) {
  return { insetTop: barTop(canvas) + beyond, insetBottom: 4 + beyond };
}

/** `1.18 (1.15 to 1.21), aim ≤ 1.25` */
function barWords({ value, aim }: Bar): string {
  const quartiles = formatQuartiles(value, 'count');
  return [
    `${formatNumber(value.median)}${quartiles === '' ? '' : ` (${quartiles})`}`,
    ...(aim === undefined ? [] : [`aim ${formatAim(aim, 'count')}`]),
  ].join(', ');
}
