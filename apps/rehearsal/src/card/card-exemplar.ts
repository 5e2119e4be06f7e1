import { pingServiceLevel } from '@observed-rollouts/slo';
import { eventsOf, type Recording } from '../recording/recording.ts';
import type { Exemplar } from '../release/event.ts';
import type { Span } from '../tracing/span.ts';
import { isFailed, isSlow } from '../observation/bad-ping.ts';

/** One span as a card shows it: where it stands in its trace, and what it says. */
export interface CardSpan extends Pick<Span, 'spanId' | 'name' | 'service' | 'kind' | 'isError' | 'attributes'> {
  /** 0 for the first span of the trace, one more for each parent. */
  readonly depth: number;
  /** Milliseconds since the first span started. */
  readonly offsetMs: number;
  readonly durationMs: number;
}

/** One ping that went wrong, and its way through the processes. */
export interface CardExemplar extends Exemplar {
  readonly what: 'failed' | 'slow';
  /** Parents before children, siblings in the order of their start; empty when its spans never arrived. */
  readonly spans: readonly CardSpan[];
  /** Where a Tempo shows the trace; absent without one. */
  readonly link?: string;
}

/**
 * The ping that shows best what was wrong: of the canary rather than of stable, bad in the way that decided, with a trace, and late in the
 * release rather than early.
 *
 * Edge: `undefined` when no exemplar is failed or slow.
 */
export function cardExemplar(recording: Recording, decisiveMetric: string | undefined): CardExemplar | undefined {
  const exemplars = eventsOf(recording, 'exemplars').at(-1)?.exemplars ?? [];
  const traces = new Map(eventsOf(recording, 'trace').map((trace) => [trace.traceId, trace]));
  const slowDecided = decisiveMetric !== undefined && indicatorOf(decisiveMetric) === 'latency';
  const rank = (exemplar: Exemplar) =>
    [
      exemplar.version === 'canary',
      slowDecided ? isSlow(exemplar) : isFailed(exemplar),
      (traces.get(exemplar.traceId)?.spans.length ?? 0) > 0,
    ].reduce((sum, holds) => 2 * sum + Number(holds), 0);
  const [best] = exemplars
    .filter((exemplar) => isFailed(exemplar) || isSlow(exemplar))
    .toSorted((a, b) => rank(b) - rank(a) || b.at - a.at);
  if (!best) return undefined;
  const trace = traces.get(best.traceId);
  const what = slowDecided && isSlow(best) ? 'slow' : isFailed(best) ? 'failed' : 'slow';
  return {
    ...best,
    what,
    spans: spanTree(trace?.spans ?? []),
    ...(trace?.link === undefined ? {} : { link: trace.link }),
  };
}

function indicatorOf(metric: string): string | undefined {
  return pingServiceLevel.objectives.find(({ name }) => metric.startsWith(name))?.indicator.kind;
}

/** Spans with their depth, parents first; a span whose parent is missing counts as a first one. */
export function spanTree(spans: readonly Span[]): readonly CardSpan[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const startedAt = Math.min(...spans.map((span) => span.startedAt));
  const childrenOf = (parent: string | undefined, depth: number): CardSpan[] =>
    spans
      .filter(({ parentSpanId }) =>
        parent === undefined ? parentSpanId === undefined || !known.has(parentSpanId) : parentSpanId === parent,
      )
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .flatMap((span) => [cardSpan(span, depth, startedAt), ...childrenOf(span.spanId, depth + 1)]);
  return childrenOf(undefined, 0);
}

function cardSpan(span: Span, depth: number, traceStartedAt: number): CardSpan {
  const { spanId, name, service, kind, isError, attributes, startedAt, endedAt } = span;
  return {
    spanId,
    name,
    service,
    kind,
    isError,
    attributes,
    depth,
    offsetMs: startedAt - traceStartedAt,
    durationMs: endedAt - startedAt,
  };
}
