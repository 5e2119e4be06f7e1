import type { GateCharacteristic } from '@observed-rollouts/slo';
import { chartStyle, type Line, percentTick, renderPlot, timeChart } from '../line-chart.ts';
import type { StoryGate } from '../story-gates.ts';

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
export function renderGatePlot({ objective, lookSeconds }: StoryGate, curve: readonly GateCharacteristic[]): string {
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
  return renderPlot({
    title: `What the ${objective.name} gate does with a release, against its true share of bad answers`,
    style,
    width,
    height,
    charts: [
      [chanceChart, chances],
      [timeChart('time to the verdict', ofTime, curve, longest), times],
    ],
    marks: objective,
  });
}
