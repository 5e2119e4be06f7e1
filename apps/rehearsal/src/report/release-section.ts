import { anchor, html, type Markup } from '@observed-rollouts/report';
import type { Recording } from '../recording/recording.ts';
import { alertsPlot } from './alerts-plot.ts';
import { gatePlots, watchPlots } from './analysis-plots.ts';
import { cardArticle } from './card.ts';
import type { ReleaseFacts } from './facts.ts';
import { latencyPlot } from './latency-plot.ts';
import { verdictBadge } from './overview.ts';
import { pingsPlot } from './pings-plot.ts';
import { sharePlot } from './share-plot.ts';
import { tracedExemplars } from './thinning.ts';
import { courseTables, timelinePlot } from './timeline-plot.ts';
import { traceArticles } from './traces.ts';

/** Everything about one release. */
export function releaseSection(recording: Recording, facts: ReleaseFacts): Markup {
  const { name, started } = facts;
  const id = anchor('release', name);
  const traced = tracedExemplars(facts.exemplars, (traceId) => (facts.traces.get(traceId)?.spans.length ?? 0) > 0);
  return html`<section class="release" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${name} ${verdictBadge(facts)}</h2>
    ${facts.verdict === undefined && started && html`<p>A release that ${started.description}.</p>`}
    ${cardArticle(recording, facts)} ${part(facts, 'Course', html`${timelinePlot(facts)}${courseTables(facts)}`)}
    ${part(facts, 'What users got', html`${sharePlot(facts, 'failed')}${sharePlot(facts, 'slow')}${latencyPlot(facts, traced)}${traceArticles(facts, traced)}`)}
    ${part(facts, 'Gate', gatePlots(facts))} ${part(facts, 'Watch', watchPlots(facts))}
    ${part(facts, 'Traffic and alerts', html`${pingsPlot(facts)}${alertsPlot(facts)}`)}
  </section>`;
}

function part({ name }: ReleaseFacts, title: string, body: Markup): Markup {
  const id = anchor('part', name, title);
  return html`<section class="part" aria-labelledby="${id}">
    <h3 id="${id}">${title}<span class="of-release"> of ${name}</span></h3>
    ${body}
  </section>`;
}
