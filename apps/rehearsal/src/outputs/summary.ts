import { escapeMarkdown, markdownCard } from '../card/markdown-card.ts';
import type { ReleaseResult } from './release-result.ts';

/** A page about a whole run, for a CI job's summary: one row per release, then its card. */
export function markdownSummary(results: readonly ReleaseResult[]): string {
  const good = results.filter(({ card }) => card?.asExpected).length;
  return [
    '## Rehearsal',
    '',
    `${good} of ${results.length} releases ended as expected.`,
    '',
    '| | release | expected | outcome | decided after |',
    '| --- | --- | --- | --- | ---: |',
    ...results.map(summaryRow),
    '',
    ...results.flatMap(({ card }) => (card ? [markdownCard(card)] : [])),
  ].join('\n');
}

function summaryRow({ release, card, error }: ReleaseResult): string {
  const cells = card
    ? [
        card.asExpected ? 'PASS' : 'FAIL',
        release,
        card.expected,
        card.outcome,
        `${(card.decidedAfterMs / 1000).toFixed(1)} s`,
      ]
    : ['ERROR', release, '', error ?? '', ''];
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}
