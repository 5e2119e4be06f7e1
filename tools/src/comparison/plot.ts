import { chartStyle, type Line, percentTick, renderPlot, timeChart } from '../line-chart.ts';
import { objectiveOf } from './objective-of.ts';
import type { CurvePoint, Study } from './study.ts';

const width = 760;
const left = 64;
const right = 580;
const aborts = { left, right, top: 40, bottom: 240 };
const times = { left, right, top: 300, bottom: 500 };
const height = 550;

/** Strokes in the order of the rules: told apart by colour and by dashes, this project's thicker. */
const strokes = [
  { light: '#c2410c', dark: '#fb923c', more: 'stroke-width: 3;' },
  { light: '#0369a1', dark: '#38bdf8', more: 'stroke-dasharray: 8 3;' },
  { light: '#9d174d', dark: '#f472b6', more: 'stroke-dasharray: 2 3;' },
  { light: '#0f766e', dark: '#2dd4bf', more: 'stroke-dasharray: 8 3 2 3;' },
  { light: '#7e22ce', dark: '#c084fc', more: 'stroke-dasharray: 14 4;' },
  { light: '#57606a', dark: '#9ea7b3', more: 'stroke-dasharray: 5 2;' },
] as const;

/** P(abort) above, median time to the end below, over the true share of failed answers. */
export function renderComparisonPlot({ rules, curve, level }: Study): string {
  const lines = (valueOf: (cell: CurvePoint['cells'][number]) => number): Line<CurvePoint>[] =>
    rules.map(({ key, title }, index) => ({
      name: key,
      label: title,
      valueOf: ({ cells }) => cells[index] && valueOf(cells[index]),
    }));
  const longest = Math.max(...curve.flatMap(({ cells }) => cells.map(({ p50 }) => p50)));
  const chances = lines(({ ends }) => ends.aborted.share);
  const medians = lines(({ p50 }) => p50);
  const abortChart = { title: 'chance to abort', lines: chances, points: curve, most: 1, unit: percentTick };
  return renderPlot({
    title: 'Chance to abort a release and time until it has ended, by rule, against its true share of failed answers',
    style: style(rules.map(({ key }) => key)),
    width,
    height,
    charts: [
      [abortChart, aborts],
      [timeChart('median time until the release has ended', medians, curve, longest), times],
    ],
    marks: objectiveOf(level, 'availability'),
  });
}

function style(keys: readonly string[]): string {
  const rule = (scheme: 'light' | 'dark') =>
    keys.map((key, index) => {
      const { [scheme]: colour, more } = strokes[index % strokes.length] as (typeof strokes)[number];
      return `.${key} { stroke: ${colour}; ${scheme === 'light' ? more : ''} }`;
    });
  return (
    `${chartStyle.light}\n  ${rule('light').join('\n  ')}\n` +
    `  @media (prefers-color-scheme: dark) {${chartStyle.dark}\n    ${rule('dark').join('\n    ')}\n  }`
  );
}
