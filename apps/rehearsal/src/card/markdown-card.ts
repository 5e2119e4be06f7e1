import { type CardFact, cardFacts } from './card-facts.ts';
import type { VerdictCard } from './verdict-card.ts';

/** The card as a section of a Markdown page: a table of facts, and the spans of the ping below it. */
export function markdownCard(card: VerdictCard): string {
  const { headline, facts } = cardFacts(card);
  return [
    `### ${escapeMarkdown(headline)}`,
    '',
    '| fact | |',
    '| --- | --- |',
    ...facts.map(({ label, text, link }) => `| ${label} | ${escapeMarkdown(text)}${linkText(link)} |`),
    ...facts.flatMap(detailBlock),
    '',
  ].join('\n');
}

function linkText(link: string | undefined): string {
  return link === undefined ? '' : ` [open](<${link}>)`;
}

function detailBlock({ details = [] }: CardFact): readonly string[] {
  if (details.length === 0) return [];
  // Four backticks: no text of a span ends the block.
  return ['', '````text', ...details.map(({ depth, text }) => '  '.repeat(depth) + text.replace(/\s+/g, ' ')), '````'];
}

/** The text as Markdown and the HTML in it show it literally, on one line of a table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~#]/g, '\\$&');
}
