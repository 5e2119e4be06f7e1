import { html, type Markup } from './html.ts';

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

/** Names what a plot's lines, bars and dots stand for, in words beside a sample of each. */
export function legend(entries: readonly (readonly [swatch: Swatch, words: string])[]): Markup {
  return html`<ul class="legend">
    ${entries.map(([swatch, words]) => html`<li>${sample(swatch)}${words}</li>`)}
  </ul>`;
}

function sample(swatch: Swatch): Markup {
  return html`<svg class="swatch" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">
    <g class="${swatch}">${shape(swatch)}</g>
  </svg>`;
}

function shape(swatch: Swatch): Markup {
  if (swatch.endsWith('-bar')) return html`<rect x="1" y="2" width="26" height="8"></rect>`;
  if (swatch.endsWith('-rule')) return html`<line x1="14" x2="14" y1="0" y2="12"></line>`;
  if (swatch === 'failed-dot') return html`<path d="M10,2L18,10M10,10L18,2"></path>`;
  if (swatch === 'canary-dot') return html`<path d="M14,1L19,10H9Z"></path>`;
  if (swatch === 'stable-dot') return html`<circle cx="14" cy="6" r="4"></circle>`;
  return html`<path d="M0,6H28"></path>`;
}
