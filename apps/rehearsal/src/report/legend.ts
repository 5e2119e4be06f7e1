import { html, legend as drawLegend, type LegendEntry, type Markup } from '@observed-rollouts/report';

/** How a line, a bar or a dot looks; the page's style sheet has its colours. */
export type Swatch =
  | 'stable-line'
  | 'canary-line'
  | 'stable-thin'
  | 'canary-thin'
  | 'stable-dot'
  | 'canary-dot'
  | 'failed-dot'
  | 'stable-bar'
  | 'canary-bar'
  | 'pinger-bar'
  | 'starting-bar'
  | 'terminating-bar'
  | 'fault-bar'
  | 'firing-bar'
  | 'pending-bar'
  | 'decision-rule'
  | 'step-rule'
  | `time-${'deploy' | 'canary' | 'evidence' | 'end'}-bar`;

/** The shapes of what happened to a ping; lines, bars and rules look as they do in every report. */
const dots = {
  'failed-dot': html`<path d="M10,2L18,10M10,10L18,2"></path>`,
  'canary-dot': html`<path d="M14,1L19,10H9Z"></path>`,
  'stable-dot': html`<circle cx="14" cy="6" r="4"></circle>`,
} as const satisfies Partial<Record<Swatch, Markup>>;

/** Names what a plot's lines, bars and dots stand for, in words beside a sample of each. */
export function legend(entries: readonly LegendEntry<Swatch>[]): Markup {
  return drawLegend(entries, dots);
}
