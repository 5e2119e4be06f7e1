import { anchor, html, type Markup } from '@observed-rollouts/report';
import type { CardExemplar } from '../card/card-exemplar.ts';
import { type CardFact, cardFacts } from '../card/card-facts.ts';
import { verdictCard } from '../card/verdict-card.ts';
import { eventsOf, type Recording } from '../recording/recording.ts';
import type { ReleaseFacts } from './facts.ts';
import { seconds } from './time-axis.ts';
import { webLink } from './traces.ts';
import { waterfall } from './waterfall.ts';

/** The label of a fact that is a diagnosis. */
const noteLabel = 'note';
const mostOpenNotes = 3;

/** The verdict card, with the same facts as everywhere; a release without a verdict says so instead. */
export function cardArticle(recording: Recording, { diagnoses }: ReleaseFacts): Markup {
  const id = anchor(recording.release, 'card');
  if (eventsOf(recording, 'verdict').length === 0)
    return html`<article class="card unfinished" aria-labelledby="${id}">
      <h3 id="${id}">No verdict</h3>
      <p>The rehearsal of this release was interrupted or failed before its end. Below is what there was until then.</p>
      ${notes(diagnoses)}
    </article>`;
  const card = verdictCard(recording);
  const { passed, headline, facts } = cardFacts(card);
  return html`<article class="card ${passed ? 'pass' : 'fail'}" aria-labelledby="${id}">
    <h3 id="${id}">${headline}</h3>
    <dl class="facts">
      ${facts.filter(({ label }) => label !== noteLabel).map((fact) => factRow(fact, card.exemplar))}
    </dl>
    ${notes(diagnoses)}
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

/** A card's notes, with their times and folded away when they are many: a busy machine brings dozens. */
function notes(diagnoses: ReleaseFacts['diagnoses']): Markup | undefined {
  if (diagnoses.length === 0) return undefined;
  const list = html`<ul>
    ${diagnoses.map(({ second, message }) => html`<li>${seconds(second)}: ${message}</li>`)}
  </ul>`;
  const title = `${diagnoses.length} note${diagnoses.length === 1 ? '' : 's'} on what the rehearsal couldn’t see`;
  return diagnoses.length > mostOpenNotes
    ? html`<details>
        <summary>${title}</summary>
        ${list}
      </details>`
    : html`<h4>${title}</h4>
        ${list}`;
}
