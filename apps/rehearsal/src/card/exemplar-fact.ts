import { spanAttributes } from '@observed-rollouts/contract';
import { formatSeconds } from '../view/words.ts';
import type { CardExemplar, CardSpan } from './card-exemplar.ts';
import type { CardFact } from './card-facts.ts';

/** The attributes of a span that say what happened to the ping, in this order. */
const shownAttributes: readonly string[] = [
  'http.response.status_code',
  'error.type',
  spanAttributes.latencyShare,
  spanAttributes.injectedFailure,
  spanAttributes.pingIndex,
  spanAttributes.pingLag,
];

/** Absent when no ping was failed or slow. */
export function exemplarFact(exemplar: CardExemplar | undefined): CardFact | undefined {
  if (!exemplar) return undefined;
  const { what, version, pod, seconds, status, traceId, spans, link } = exemplar;
  const took = formatDurationMs(seconds * 1000);
  const trace = spans.length === 0 ? `trace ${traceId}, whose spans never arrived` : `trace ${traceId}`;
  return {
    label: `${what} ping`,
    text: `of ${version} pod ${pod}: status ${status}, ${took}; ${trace}`,
    details: spans.map((span) => ({ depth: span.depth, text: spanText(span) })),
    ...(link === undefined ? {} : { link }),
  };
}

/** `GET /ping (ping-service) 501.4 ms, error: http.response.status_code=500 ping.latency_share=90%500ms` */
function spanText({ name, service, durationMs, isError, attributes }: CardSpan): string {
  const shown = shownAttributes.flatMap((key) => {
    const value = attributes[key];
    return value === undefined ? [] : [`${key}=${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`];
  });
  const duration = `${name} (${service}) ${formatDurationMs(durationMs)}${isError ? ', error' : ''}`;
  return shown.length === 0 ? duration : `${duration}: ${shown.join(' ')}`;
}

function formatDurationMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : formatSeconds(milliseconds);
}
