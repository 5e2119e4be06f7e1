import type { GateCharacteristic } from '@observed-rollouts/slo';
import type { StoryGate } from '../story-gates.ts';
import { percent } from './format.ts';

const width = 720;
const left = 64;
const right = 600;
/** Vertical places of the two charts, in user units of the SVG. */
const chances = { top: 40, bottom: 240 };
const times = { top: 300, bottom: 460 };
const height = 510;

/** Colours that are told apart in either scheme, by colour-blind readers too; the lines also differ in their dashes. */
const style = `
  svg { background: #ffffff; color: #24292f; font: 12px system-ui, sans-serif; }
  text { fill: currentColor; }
  .grid { stroke: currentColor; stroke-opacity: 0.15; }
  .mark { stroke: currentColor; stroke-opacity: 0.55; stroke-dasharray: 2 3; }
  .line { fill: none; stroke-width: 2; }
  .abort { stroke: #c2410c; } .promote { stroke: #0369a1; } .pause { stroke: #7e22ce; }
  .promote { stroke-dasharray: 8 3; } .pause { stroke-dasharray: 2 3; }
  .p50 { stroke: #0f766e; } .p99 { stroke: #b45309; stroke-dasharray: 8 3; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; color: #e6edf3; }
    .abort { stroke: #fb923c; } .promote { stroke: #38bdf8; } .pause { stroke: #c084fc; }
    .p50 { stroke: #2dd4bf; } .p99 { stroke: #fbbf24; }
  }`;

/** One curve of a chart; a point that has no value is left out. */
interface Line {
  readonly name: string;
  readonly label: string;
  readonly valueOf: (characteristic: GateCharacteristic) => number | undefined;
}

/** The plot of one objective as SVG text: chances above, time to the verdict below, over the true share of bad answers. */
export function renderPlot({ objective, lookSeconds }: StoryGate, curve: readonly GateCharacteristic[]): string {
  const most = curve.at(-1)?.share ?? 1;
  const x = (share: number) => left + (share / most) * (right - left);
  const longest = Math.max(...curve.map(({ verdict }) => (verdict?.p99 ?? 0) * lookSeconds));
  const scale = ceilToReadable(longest);
  const ofChance: readonly Line[] = [
    { name: 'abort', label: 'abort', valueOf: ({ reject }) => reject },
    { name: 'promote', label: 'promote', valueOf: ({ accept }) => accept },
    { name: 'pause', label: 'pause', valueOf: ({ outOfTime }) => outOfTime },
  ];
  const ofTime: readonly Line[] = [
    { name: 'p50', label: 'median', valueOf: ({ verdict }) => verdict && verdict.p50 * lookSeconds },
    { name: 'p99', label: '99 % within', valueOf: ({ verdict }) => verdict && verdict.p99 * lookSeconds },
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>What the ${objective.name} gate does with a release, against its true share of bad answers</title>`,
    `<style>${style}\n</style>`,
    ...chart('chance of each end', chances, { lines: ofChance, curve, x, most: 1, unit: percentTick }),
    ...chart('time to the verdict', times, {
      lines: ofTime,
      curve,
      x,
      most: scale,
      unit: (value) => `${round(value)} s`,
    }),
    ...horizontalAxis(x, most),
    ...marks(objective, x),
    '</svg>',
    '',
  ].join('\n');
}

interface Chart {
  readonly lines: readonly Line[];
  readonly curve: readonly GateCharacteristic[];
  readonly x: (share: number) => number;
  readonly most: number;
  readonly unit: (value: number) => string;
}

function chart(title: string, { top, bottom }: typeof chances, { lines, curve, x, most, unit }: Chart): string[] {
  const y = (value: number) => bottom - (value / most) * (bottom - top);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most);
  return [
    `<text x="${left}" y="${top - 12}" font-weight="600">${title}</text>`,
    ...ticks.flatMap((tick) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`,
      `<text x="${left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${unit(tick)}</text>`,
    ]),
    ...lines.map(({ name, valueOf }) => {
      const points = curve.flatMap((point) => {
        const value = valueOf(point);
        return value === undefined ? [] : [`${round(x(point.share))},${round(y(value))}`];
      });
      return `<polyline class="line ${name}" points="${points.join(' ')}"/>`;
    }),
    ...lines.flatMap(({ name, label }, index) => [
      `<line class="line ${name}" x1="${right + 14}" x2="${right + 38}" y1="${top + 8 + 20 * index}" y2="${top + 8 + 20 * index}"/>`,
      `<text x="${right + 44}" y="${top + 12 + 20 * index}">${label}</text>`,
    ]),
  ];
}

function horizontalAxis(x: (share: number) => number, most: number): string[] {
  const ticks = Array.from({ length: 9 }, (_, index) => (most * index) / 8);
  return [
    ...ticks.map(
      (tick) => `<text x="${round(x(tick))}" y="${times.bottom + 18}" text-anchor="middle">${percentTick(tick)}</text>`,
    ),
    `<text x="${(left + right) / 2}" y="${times.bottom + 40}" text-anchor="middle">true share of bad answers</text>`,
  ];
}

function marks({ acceptable, refused }: StoryGate['objective'], x: (share: number) => number): string[] {
  return [
    [acceptable, 'acceptable'],
    [refused, 'refused'],
  ].flatMap(([share, label]) => [
    `<line class="mark" x1="${round(x(share as number))}" x2="${round(x(share as number))}" y1="${chances.top}" y2="${times.bottom}"/>`,
    `<text x="${round(x(share as number))}" y="${chances.bottom + 20}" text-anchor="middle">${label} ${percent(share as number)}</text>`,
  ]);
}

function percentTick(value: number): string {
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
