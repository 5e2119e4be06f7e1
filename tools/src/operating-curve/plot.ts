import type { GateCharacteristic } from '@observed-rollouts/slo';
import {
  ceilToReadable,
  chartStyle,
  type Line,
  percentTick,
  placeOf,
  renderChart,
  renderShareAxis,
  round,
} from '../line-chart.ts';
import type { StoryGate } from '../story-gates.ts';
import { percent } from './format.ts';

const width = 720;
const left = 64;
const right = 600;
/** The two charts, in user units of the SVG. */
const chances = { left, right, top: 40, bottom: 240 };
const times = { left, right, top: 300, bottom: 460 };
const height = 510;

/** Colours that are told apart in either scheme, by colour-blind readers too; the lines also differ in their dashes. */
const style = `${chartStyle.light}
  .abort { stroke: #c2410c; } .promote { stroke: #0369a1; } .pause { stroke: #7e22ce; }
  .promote { stroke-dasharray: 8 3; } .pause { stroke-dasharray: 2 3; }
  .p50 { stroke: #0f766e; } .p99 { stroke: #b45309; stroke-dasharray: 8 3; }
  @media (prefers-color-scheme: dark) {${chartStyle.dark}
    .abort { stroke: #fb923c; } .promote { stroke: #38bdf8; } .pause { stroke: #c084fc; }
    .p50 { stroke: #2dd4bf; } .p99 { stroke: #fbbf24; }
  }`;

/** The plot of one objective as SVG text: chances above, time to the verdict below, over the true share of bad answers. */
export function renderPlot({ objective, lookSeconds }: StoryGate, curve: readonly GateCharacteristic[]): string {
  const most = curve.at(-1)?.share ?? 1;
  const longest = Math.max(...curve.map(({ verdict }) => (verdict?.p99 ?? 0) * lookSeconds));
  const ofChance: readonly Line<GateCharacteristic>[] = [
    { name: 'abort', label: 'abort', valueOf: ({ reject }) => reject },
    { name: 'promote', label: 'promote', valueOf: ({ accept }) => accept },
    { name: 'pause', label: 'pause', valueOf: ({ outOfTime }) => outOfTime },
  ];
  const ofTime: readonly Line<GateCharacteristic>[] = [
    { name: 'p50', label: 'median', valueOf: ({ verdict }) => verdict && verdict.p50 * lookSeconds },
    { name: 'p99', label: '99 % within', valueOf: ({ verdict }) => verdict && verdict.p99 * lookSeconds },
  ];
  const chanceChart = { title: 'chance of each end', lines: ofChance, points: curve, most: 1, unit: percentTick };
  const timeChart = {
    title: 'time to the verdict',
    lines: ofTime,
    points: curve,
    most: ceilToReadable(longest),
    unit: (value: number) => `${round(value)} s`,
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>What the ${objective.name} gate does with a release, against its true share of bad answers</title>`,
    `<style>${style}\n</style>`,
    ...renderChart(chanceChart, chances),
    ...renderChart(timeChart, times),
    ...renderShareAxis(most, times),
    ...marks(objective, most),
    '</svg>',
    '',
  ].join('\n');
}

function marks({ acceptable, refused }: StoryGate['objective'], most: number): string[] {
  return [
    [acceptable, 'acceptable'],
    [refused, 'refused'],
  ].flatMap(([share, label]) => {
    const x = round(placeOf(share as number, most, { left, right }));
    return [
      `<line class="mark" x1="${x}" x2="${x}" y1="${chances.top}" y2="${times.bottom}"/>`,
      `<text x="${x}" y="${chances.bottom + 20}" text-anchor="middle">${label} ${percent(share as number)}</text>`,
    ];
  });
}
