import type { Bound } from '../analysis/expression/bounds.ts';
import type { MeasurementPhase } from '../analysis/metric.ts';
import { plotWalk } from './plot.ts';
import type { Gate, ReleaseState } from './release-state.ts';
import { type Line, line, pad, type Piece, type Tone, toned } from './styled-line.ts';
import { formatBound, formatReading } from './words.ts';

const labelWidth = 16;
/** Two walks side by side need this much. */
const leastWidthForTwo = 76;
const gaugeWidth = { least: 9, most: 31 } as const;
/** Of a gauge's line what isn't name or track: edges, bounds, reading, state. */
const gaugeTextWidth = 36;
const leastNameWidth = 12;

const phaseWords: Readonly<Record<MeasurementPhase, { readonly text: string; readonly tone: Tone }>> = {
  Inconclusive: { text: 'keeps looking', tone: 'warn' },
  Successful: { text: 'accepted', tone: 'good' },
  Failed: { text: 'refused', tone: 'bad' },
  Error: { text: 'no reading', tone: 'bad' },
};

/** The bounds of a gate whose reading walks between them, low and high. */
interface Range {
  readonly low: Edge;
  readonly high: Edge;
}
interface Edge extends Bound {
  readonly meaning: 'accept' | 'reject';
}

/** How many gates stand beside each other. */
export function gatesPerRow(width: number, gates: number): number {
  return width >= leastWidthForTwo && gates > 1 ? 2 : 1;
}

/**
 * The walk of each gate's log-likelihood ratio between its bounds.
 *
 * Shape: for each row of gates one line of names and `height` of plots; one line in all before the first gate.
 */
export function gateWalks({ gate }: ReleaseState, width: number, height: number): readonly Line[] {
  if (!gate) return [line(toned('faint', '  no gate has started'))];
  const perRow = gatesPerRow(width, gate.metrics.length);
  const own = Math.floor(width / perRow);
  const rows: Line[] = [];
  for (let index = 0; index < gate.metrics.length; index += perRow) {
    const walks = gate.metrics.slice(index, index + perRow).map((metric) => gateWalk(metric, own, height));
    for (let row = 0; row <= height; row++) rows.push(walks.flatMap((walk) => pad(walk[row] ?? [], own)));
  }
  return rows;
}

function gateWalk(gate: Gate, width: number, height: number): readonly Line[] {
  const range = rangeOf(gate);
  const title = line('  ', toned('strong', gate.name));
  const state = statePieces(gate);
  if (!range) return [title, line('  ', ...state)];
  const plotWidth = width - labelWidth - 4;
  const rows = plotWalk(gate.readings, { low: range.low.value, high: range.high.value, width: plotWidth, height });
  const labels = [edgeLabel(range.high), ...middleLabels(state, height - 2), edgeLabel(range.low)];
  const tone = gate.phase === undefined ? 'faint' : phaseWords[gate.phase].tone;
  return [
    title,
    ...rows.map((row, index) => {
      const isEdge = index === 0 || index === height - 1;
      return line(
        '  ',
        ...pad(labels[index] ?? [], labelWidth),
        toned('faint', isEdge ? '┤' : '│'),
        ...(isEdge ? onEdge(row, tone) : [toned(tone, row)]),
      );
    }),
  ];
}

/** The bound as a dashed line wherever the walk isn't. */
function onEdge(row: string, tone: Tone): readonly Piece[] {
  return row
    .split(/( +)/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith(' ') ? toned('faint', '┄'.repeat(part.length)) : toned(tone, part)));
}

/** Reading and state in the rows between the bounds: one below the other, or together when there is but one row. */
function middleLabels([reading, words]: readonly [Piece, Piece], rows: number): readonly Line[] {
  const content = rows < 2 ? [line(reading, ' ', words)] : [line(reading), line(words)];
  const above = Math.max(0, Math.floor((rows - content.length) / 2));
  return [
    ...new Array<Line>(above).fill([]),
    ...content,
    ...new Array<Line>(Math.max(0, rows - above - content.length)).fill([]),
  ];
}

/** One line for each gate: a dot between its bounds, and dashes where it has been. */
export function gateGauges({ gate }: ReleaseState, width: number): readonly Line[] {
  if (!gate) return [line(toned('faint', '  no gate has started'))];
  const longest = Math.max(...gate.metrics.map(({ name }) => name.length));
  const nameWidth = Math.min(longest, Math.max(leastNameWidth, width - gaugeWidth.least - gaugeTextWidth));
  return gate.metrics.map((metric) => gauge(metric, width, nameWidth));
}

function gauge(gate: Gate, width: number, nameWidth: number): Line {
  const range = rangeOf(gate);
  const [reading, words] = statePieces(gate);
  const name = line('  ', ...pad(line(gate.name), nameWidth), ' ');
  if (!range) return line(...name, reading, ' ', words);
  const tone = gate.phase === undefined ? 'faint' : phaseWords[gate.phase].tone;
  const cells = Math.min(gaugeWidth.most, Math.max(gaugeWidth.least, width - nameWidth - gaugeTextWidth));
  const [low, high] = [formatReading(range.low.value), formatReading(range.high.value)];
  const track = toned(tone, ` ${gaugeTrack(gate.readings, range, cells)} `);
  return line(...name, toned('faint', low), track, toned('faint', high), ' ', reading, ' ', words);
}

function gaugeTrack(readings: readonly number[], { low, high }: Range, cells: number): string {
  const track = new Array<string>(cells).fill('─');
  const cellOf = (value: number) => {
    const share = (value - low.value) / (high.value - low.value);
    return Math.round(Math.min(1, Math.max(0, share)) * (cells - 1));
  };
  for (const value of readings) track[cellOf(value)] = '╌';
  const last = readings.at(-1);
  if (last !== undefined) track[cellOf(last)] = '●';
  return track.join('');
}

function statePieces({ readings, phase }: Gate): readonly [reading: Piece, words: Piece] {
  const last = readings.at(-1);
  const words = phase === undefined ? { text: 'not read yet', tone: 'faint' as const } : phaseWords[phase];
  return [toned('strong', last === undefined ? '-' : formatReading(last)), toned(words.tone, words.text)];
}

function edgeLabel({ meaning, operator, value }: Edge): Line {
  return line(
    toned(meaning === 'accept' ? 'good' : 'bad', meaning),
    toned('faint', ` ${formatBound({ operator, value })}`),
  );
}

/** `undefined` for a condition that isn't a walk between two different bounds. */
function rangeOf({ success, failure }: Gate): Range | undefined {
  if (!success || !failure || success.value === failure.value) return undefined;
  const accept: Edge = { ...success, meaning: 'accept' };
  const reject: Edge = { ...failure, meaning: 'reject' };
  return accept.value < reject.value ? { low: accept, high: reject } : { low: reject, high: accept };
}
