import type { StoryGate } from '../story-gates.ts';
import { type Finding, pointsOf } from './points.ts';

/** One point with what the simulation found. */
export interface Proof {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Told before each point is played. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly name: string;
}

/** Plays every point; each has the seed after the one before, so that the outcome depends on nothing but the arguments. */
export function proveAll(
  gates: readonly StoryGate[],
  { releases, seed }: { readonly releases: number; readonly seed: number },
  onProgress: (progress: Progress) => void = () => undefined,
): Proof[] {
  const points = pointsOf(gates);
  return points.map(({ name, prove }, index) => {
    onProgress({ done: index + 1, of: points.length, name });
    return { name, findings: prove(releases, seed + index) };
  });
}

/** One line per finding, aligned. */
export function renderFindings(proofs: readonly Proof[]): string {
  const rows = proofs.flatMap(({ name, findings }) =>
    findings.map(({ what, stated, kind, interval, holds }) => [
      name,
      what,
      `${kind === 'at most' ? '≤ ' : ''}${format(stated)}`,
      `${format(interval.low)} … ${format(interval.high)}`,
      holds ? 'holds' : 'DOES NOT HOLD',
    ]),
  );
  const table = [['point', 'chance of', 'stated', '99.9 % interval of the simulation', ''], ...rows];
  const widths = (table[0] as string[]).map((_, column) =>
    Math.max(...table.map((row) => (row[column] as string).length)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function format(value: number): string {
  return value.toFixed(5);
}
