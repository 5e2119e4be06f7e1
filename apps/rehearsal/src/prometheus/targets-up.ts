import { setTimeout as delay } from 'node:timers/promises';
import { targetLabels } from '@observed-rollouts/contract';
import { queryInstant } from './query.ts';

/** How long Prometheus may take to reach every pod. */
const limitMs = 60_000;
const queryTimeoutMs = 5_000;

/**
 * Resolves with the number of targets that are up, once there are as many as expected and something else holds, too.
 *
 * Errors: rejects when that takes too long, and when the signal aborts.
 */
export async function waitForTargets(
  prometheusUrl: string,
  expected: number,
  isReady: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<number> {
  const until = Date.now() + limitMs;
  for (;;) {
    const query = `count(up{${targetLabels.pod}!=""} == 1) or vector(0)`;
    const result = await queryInstant(prometheusUrl, query, queryTimeoutMs);
    const [targetsUp = 0] = typeof result === 'number' ? [result] : result;
    if (targetsUp >= expected && (await isReady())) return targetsUp;
    if (Date.now() > until) {
      throw new Error(
        `Prometheus: got ${targetsUp} targets up after ${limitMs / 1000} s, expected ${expected}; see the scrape configuration in the manifests`,
      );
    }
    await delay(200, undefined, { signal });
  }
}
