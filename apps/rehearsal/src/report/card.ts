import type { CardExemplar } from '../card/card-exemplar.ts';
import { type CardFact, cardFacts } from '../card/card-facts.ts';
import { verdictCard } from '../card/verdict-card.ts';
import { eventsOf, type Recording } from '../recording/recording.ts';
import { anchor, html, type Markup } from './html.ts';
import { webLink } from './traces.ts';
import { waterfall } from './waterfall.ts';

/** The verdict card, with the same facts as everywhere; a release without a verdict says so instead. */
export function cardArticle(recording: Recording): Markup {
  const id = anchor(recording.release, 'card');
  if (eventsOf(recording, 'verdict').length === 0)
    return html`<article class="card unfinished" aria-labelledby="${id}">
      <h3 id="${id}">No verdict</h3>
      <p>The rehearsal of this release was interrupted or failed before its end. Below is what there was until then.</p>
    </article>`;
  const card = verdictCard(recording);
  const { passed, headline, facts } = cardFacts(card);
  return html`<article class="card ${passed ? 'pass' : 'fail'}" aria-labelledby="${id}">
    <h3 id="${id}">${headline}</h3>
    <dl class="facts">${facts.map((fact) => factRow(fact, card.exemplar))}</dl>
  </article>`;
}

/** The spans of the exemplar are drawn as what they are: a trace. */
function factRow({ label, text, details, link }: CardFact, exemplar: CardExemplar | undefined): Markup {
  const shown = webLink(link);
  const tree =
    details &&
    (exemplar
      ? waterfall(exemplar.spans)
      : html`<ul>
          ${details.map((detail) => html`<li>${detail.text}</li>`)}
        </ul>`);
  return html`<div>
      <dt>${label}</dt>
      <dd>${text}${shown !== undefined && html` <a href="${shown}" rel="noreferrer">Open the trace</a>`}</dd>
    </div>
    ${
      tree &&
      html`<div class="tree">
        <dt class="of-release">its spans</dt>
        <dd>${tree}</dd>
      </div>`
    }`;
}
