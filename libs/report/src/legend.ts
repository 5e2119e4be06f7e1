import { html, type Markup } from './html.ts';

/** A class whose ending says what is drawn, and the words beside it; the report's style sheet has its colours. */
export type LegendEntry<Swatch extends string = string> = readonly [swatch: Swatch, words: string];

/**
 * Names what a plot's lines, bars and dots stand for, in words beside a sample of each.
 *
 * @param marks what is drawn for a class; without one a `…-bar` is a bar, a `…-rule` a rule, and anything else a line.
 */
export function legend<Swatch extends string>(
  entries: readonly LegendEntry<Swatch>[],
  marks?: Readonly<Partial<Record<Swatch, Markup>>>,
): Markup {
  return html`<ul class="legend">
    ${entries.map(([swatch, words]) => html`<li>${sample(swatch, marks?.[swatch] ?? shape(swatch))}${words}</li>`)}
  </ul>`;
}

function sample(swatch: string, mark: Markup): Markup {
  return html`<svg class="swatch" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">
    <g class="${swatch}">${mark}</g>
  </svg>`;
}

function shape(swatch: string): Markup {
  if (swatch.endsWith('-bar')) return html`<rect x="1" y="2" width="26" height="8"></rect>`;
  if (swatch.endsWith('-rule')) return html`<line x1="14" x2="14" y1="0" y2="12"></line>`;
  return html`<path d="M0,6H28"></path>`;
}
