import { html, type Markup } from './html.ts';

export type Fact = readonly [term: string, value: Markup | string];

/** Facts beside what they are about; on a phone below it. */
export function factList(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">
    ${facts.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
