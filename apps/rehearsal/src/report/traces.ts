import { anchor, html, type Markup, table } from '@observed-rollouts/report';
import { spanTree } from '../card/card-exemplar.ts';
import type { Exemplar } from '../release/event.ts';
import type { At, ReleaseFacts } from './facts.ts';
import { qualityOf } from './quality.ts';
import { counted, seconds } from './time-axis.ts';
import { waterfall } from './waterfall.ts';

/** Where an exemplar's trace can be seen: in a Tempo, or further down in this page; `undefined` when it never arrived. */
export function traceHref(
  facts: ReleaseFacts,
  { traceId }: Pick<Exemplar, 'traceId'>,
  traced: ReadonlySet<string>,
): string | undefined {
  const link = webLink(facts.traces.get(traceId)?.link);
  if (link !== undefined) return link;
  return traced.has(traceId) ? `#${traceAnchor(facts, traceId)}` : undefined;
}

/** A link that leads to the web; `undefined` for any other, which a page had better not hold. */
export function webLink(link: string | undefined): string | undefined {
  return link !== undefined && /^https?:\/\//.test(link) ? link : undefined;
}

function traceAnchor({ name }: ReleaseFacts, traceId: string): string {
  return anchor('trace', name, traceId);
}

/** All traces of a release; the page shows the one that was asked for, by its address. */
export function traceArticles(facts: ReleaseFacts, traced: ReadonlySet<string>): Markup {
  const exemplars = facts.exemplars.filter(({ traceId }) => traced.has(traceId));
  if (exemplars.length === 0) return html``;
  return html`<div class="traces">
    <details class="trace-list">
      <summary>${counted(exemplars.length, 'trace')} as a table</summary>
      ${traceTable(facts, exemplars, traced)}
    </details>
    ${exemplars.filter((exemplar) => traceHref(facts, exemplar, traced)?.startsWith('#')).map((exemplar) => traceArticle(facts, exemplar))}
  </div>`;
}

function traceTable(facts: ReleaseFacts, exemplars: readonly At<Exemplar>[], traced: ReadonlySet<string>): Markup {
  const rows = exemplars
    .toSorted((a, b) => a.second - b.second)
    .map((exemplar) => [
      html`<a href="${traceHref(facts, exemplar, traced)}"><code>${exemplar.traceId.slice(0, 8)}</code></a>`,
      seconds(exemplar.second),
      exemplar.version,
      `${exemplar.seconds.toFixed(3)} s`,
      exemplar.status,
    ]);
  return table(['trace', 'at', 'version', 'took', 'status'], rows);
}

function traceArticle(facts: ReleaseFacts, exemplar: At<Exemplar>): Markup {
  const { traceId, version, pod, second, status } = exemplar;
  const id = traceAnchor(facts, traceId);
  const spans = facts.traces.get(traceId)?.spans ?? [];
  const quality = qualityOf(exemplar);
  return html`<article class="trace" id="${id}" tabindex="-1" aria-labelledby="${id}-title">
    <h5 id="${id}-title">
      ${quality.charAt(0).toUpperCase()}${quality.slice(1)} ping of ${version} at ${seconds(second)}
    </h5>
    <p>
      Trace <code>${traceId}</code>, answered by <code>${pod}</code> with status ${status} after
      ${exemplar.seconds.toFixed(3)} s.
    </p>
    ${waterfall(spanTree(spans))}
    <p><a href="#${anchor(facts.name, 'latency')}">Close the trace</a></p>
  </article>`;
}
