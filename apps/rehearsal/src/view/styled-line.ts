import stringWidth from 'string-width';

/** What a piece of text means; a terminal with colours shows it, one without loses nothing that words don't say. */
export type Tone = 'good' | 'bad' | 'warn' | 'faint' | 'strong' | 'stable' | 'canary';

export interface Piece {
  readonly text: string;
  readonly tone?: Tone;
}

/** One row of the screen, from left to right. */
export type Line = readonly Piece[];

/** Turns a piece into what the terminal gets. */
export type Paint = (tone: Tone, text: string) => string;

export function toned(tone: Tone, text: string): Piece {
  return { text, tone };
}

export function line(...parts: readonly (string | Piece)[]): Line {
  return parts.map((part) => (typeof part === 'string' ? { text: part } : part));
}

/** Cells that a line takes; a wide character takes two. */
export function widthOf(content: Line): number {
  return content.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

/** The line in at most `width` cells: what is longer ends in `…`. Control characters, which messages of others may hold, become spaces. */
export function fit(content: Line, width: number): Line {
  const plain = content.map((piece) => ({ ...piece, text: piece.text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ') }));
  if (widthOf(plain) <= width) return plain;
  const kept: Piece[] = [];
  let room = width - 1;
  for (const piece of plain) {
    const text = cut(piece.text, room);
    kept.push({ ...piece, text });
    room -= stringWidth(text);
    if (text !== piece.text) break;
  }
  const last = kept.at(-1);
  return last && width > 0 ? [...kept.slice(0, -1), { ...last, text: `${last.text}…` }] : [];
}

/** The line in exactly `width` cells. */
export function pad(content: Line, width: number): Line {
  const fitted = fit(content, width);
  return [...fitted, { text: ' '.repeat(width - widthOf(fitted)) }];
}

/** One line at the left edge and one at the right; the left one is cut where both don't fit. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = width - widthOf(right) - 1;
  return room < width / 3 ? fit(left, width) : [...pad(left, room), { text: ' ' }, ...right];
}

/** Edge: pieces of spaces at the end are left out, so that equal rows are equal texts. */
export function paintLine(content: Line, paint: Paint): string {
  return content
    .map(({ text, tone }) => (tone === undefined || text.trim() === '' ? text : paint(tone, text)))
    .join('')
    .trimEnd();
}

function cut(text: string, width: number): string {
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept;
}
