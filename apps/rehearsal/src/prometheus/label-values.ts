import { z } from 'zod';

const response = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data: z.array(z.string()) }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);
const queryTimeoutMs = 5_000;

/** Prometheus can't read a selector; the message is its own. */
export class SelectorError extends Error {}

/** Names of the labels that the series of a selector have. Errors: as {@link labelValues}. */
export function labelNames(baseUrl: string, selector: string): Promise<readonly string[]> {
  return ask(`${baseUrl}/api/v1/labels`, selector);
}

/**
 * Values of one label over the series of a selector, sorted; `__name__` gives the names of metrics.
 *
 * Errors: rejects with a {@link SelectorError} when the selector isn't one, and when Prometheus doesn't answer.
 */
export function labelValues(baseUrl: string, label: string, selector: string): Promise<readonly string[]> {
  return ask(`${baseUrl}/api/v1/label/${label}/values`, selector);
}

async function ask(address: string, selector: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ 'match[]': selector });
  const answer = await fetch(`${address}?${query}`, { signal: AbortSignal.timeout(queryTimeoutMs) });
  const body = response.parse(await answer.json());
  if (body.status === 'error') throw new SelectorError(body.error);
  return body.data;
}
