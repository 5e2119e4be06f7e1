import wrapAnsi from 'wrap-ansi';
import { type CardFact, cardFacts } from './card-facts.ts';
import type { VerdictCard } from './verdict-card.ts';

const widest = 80;
const labelWidth = 14;
const detailIndent = 2;

/** Turns a piece of text into what the terminal gets. */
export type CardPaint = (tone: 'good' | 'bad' | 'faint', text: string) => string;

/** No colours. */
export const plain: CardPaint = (_tone, text) => text;

/** The card for a terminal, at most 80 cells wide; the first line alone says whether the release ended as expected. */
export function terminalCard(card: VerdictCard, paint: CardPaint, columns = widest): readonly string[] {
  const { passed, headline, facts } = cardFacts(card);
  const width = Math.min(widest, columns);
  const label = (text: string) => paint('faint', text.padEnd(labelWidth));
  return [
    ...wrapped(headline, width).map((line) => paint(passed ? 'good' : 'bad', line)),
    ...facts.flatMap((fact) =>
      factLines(fact, width - labelWidth).map((line, row) => `${label(row === 0 ? `  ${fact.label}` : '')}${line}`),
    ),
  ];
}

function factLines({ text, details = [], link }: CardFact, width: number): readonly string[] {
  return [
    ...wrapped(text, width),
    ...details.flatMap((detail) => {
      const indent = ' '.repeat((detail.depth + 1) * detailIndent);
      return wrapped(detail.text, width - indent.length).map((line) => `${indent}${line}`);
    }),
    ...(link === undefined ? [] : wrapped(link, width)),
  ];
}

function wrapped(text: string, width: number): readonly string[] {
  return wrapAnsi(oneLine(text), width, { hard: true }).split('\n');
}

/** What a controller or a process says may hold anything; on a terminal it stays text. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
