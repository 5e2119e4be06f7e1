import { targetLabels } from '@observed-rollouts/contract';
import { z } from 'zod';
import type { QueryResult } from '../analysis/expression/evaluation.ts';

const sample = z.tuple([z.number(), z.string()]);
const response = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: sample })),
      }),
      z.object({ resultType: z.literal('scalar'), result: sample }),
      z.object({ resultType: z.literal('matrix'), result: z.array(z.unknown()) }),
      z.object({ resultType: z.literal('string'), result: sample }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/**
 * Asks a Prometheus for the present value of an expression, as the analysis does.
 *
 * Shape:  a scalar is a number, an instant vector the values of its samples in response order.
 * Errors: rejects on no answer in time, on an error of the query, and on any other type of result.
 */
export async function queryInstant(baseUrl: string, query: string, timeoutMs: number): Promise<QueryResult> {
  const answer = await ask(`${baseUrl}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (answer.status === 503) throw new Error('Prometheus is not ready: HTTP 503');
  const body = response.parse(await answer.json());
  if (body.status === 'error') throw new Error(`${body.errorType}: ${body.error}`);
  const { resultType, result } = body.data;
  if (resultType === 'vector') return result.map(({ value }) => toNumber(value[1]));
  if (resultType === 'scalar') return toNumber(result[1]);
  throw new Error(`Prometheus metric type not supported: ${resultType}`);
}

/** The reason of a connection that failed stands in the error's cause: the error itself says only `fetch failed`. */
async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
    throw new Error(`Prometheus doesn't answer: ${reason}`, { cause: error });
  }
}

const targetsResponse = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ labels: z.record(z.string(), z.string()), lastError: z.string() })),
  }),
});

/** Why the last scrape of a pod failed, in Prometheus' words. Errors: rejects when Prometheus doesn't answer. */
export async function scrapeFailureOf(baseUrl: string, pod: string, timeoutMs: number): Promise<string> {
  const answer = await fetch(`${baseUrl}/api/v1/targets?state=active`, { signal: AbortSignal.timeout(timeoutMs) });
  const { data } = targetsResponse.parse(await answer.json());
  const target = data.activeTargets.find(({ labels }) => labels[targetLabels.pod] === pod);
  return target?.lastError || 'it gives no reason';
}

function toNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
