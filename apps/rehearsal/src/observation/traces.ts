import { workloads } from '@observed-rollouts/contract';
import type { Exemplar } from '../release/event.ts';
import type { Span } from '../tracing/span.ts';
import { selectExemplars } from './exemplars.ts';

/** Traces that a release's events hold: each is some kilobytes. */
const keptTraces = 60;

export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

/**
 * The traces of a bounded choice of exemplars, see {@link selectExemplars}: those whose spans of both workloads have arrived rather than others.
 *
 * Edge: a trace without any span is none. The last seconds of the pinger's spans are still with it when a release ends.
 */
export function tracesOf(exemplars: readonly Exemplar[], spans: readonly Span[], limit = keptTraces): readonly Trace[] {
  const byTrace = new Map<string, Span[]>(exemplars.map(({ traceId }) => [traceId, []]));
  for (const span of spans) byTrace.get(span.traceId)?.push(span);
  const spansOf = ({ traceId }: Exemplar) => byTrace.get(traceId) ?? [];
  const isWhole = (exemplar: Exemplar) =>
    Object.values(workloads).every((workload) => spansOf(exemplar).some(({ service }) => service === workload));
  const whole = selectExemplars(exemplars.filter(isWhole), limit);
  const partial = exemplars.filter((exemplar) => !isWhole(exemplar) && spansOf(exemplar).length > 0);
  return [...whole, ...selectExemplars(partial, limit - whole.length)].map((exemplar) => ({
    traceId: exemplar.traceId,
    spans: spansOf(exemplar).toSorted((a, b) => a.startedAt - b.startedAt),
  }));
}
