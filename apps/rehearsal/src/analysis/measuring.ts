import type { QueryResult } from './expression/evaluation.ts';
import { judge } from './judgement.ts';
import type { Measurement, Metric } from './metric.ts';

/** Runs one instant query; rejects when there is no answer. */
export type InstantQuery = (query: string, timeoutMs: number) => Promise<QueryResult>;

/** Measures a metric once. Never rejects: a query that fails is a measurement of phase Error. */
export async function measure(metric: Metric, query: InstantQuery, now: () => number): Promise<Measurement> {
  const startedAt = now();
  try {
    const result = await query(metric.query, metric.timeoutMs);
    const judgement = judge(result, metric);
    const reading = typeof result === 'number' ? result : result[0];
    return {
      ...judgement,
      startedAt,
      finishedAt: now(),
      value: formatResult(result),
      ...(reading === undefined ? {} : { reading }),
    };
  } catch (error) {
    return { phase: 'Error', startedAt, finishedAt: now(), message: (error as Error).message };
  }
}

/** As the controller records a value: `[1.5,2]` for a vector, `1.5` for a scalar. */
export function formatResult(result: QueryResult): string {
  return typeof result === 'number' ? formatNumber(result) : `[${result.map(formatNumber).join(',')}]`;
}

function formatNumber(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? `${value}` : value > 0 ? '+Inf' : '-Inf';
}
