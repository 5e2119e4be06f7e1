import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface EvenOrder {
  readonly url: string;
  /** Kept alive; a request that finds none free waits for one, and its latency holds the wait. */
  readonly connections: number;
  readonly seconds: number;
  readonly perSecond: number;
}

export interface EvenResult {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Milliseconds from each request to the end of its answer, in the order of the answers. */
  readonly latenciesMs: readonly number[];
  /** No answer, or one that isn't 2xx. */
  readonly failed: number;
}

const answerWithinMs = 10_000;

/**
 * Requests at even distances, whether earlier ones were answered or not. autocannon sends each second's requests at the start of that second, as fast as they are
 * answered: its latencies are those of a burst.
 *
 * Edge: a timer that fires late sends all that is due by then; its lateness is in no latency.
 */
export async function makeEvenLoad({ url, connections, seconds, perSecond }: EvenOrder): Promise<EvenResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  const pending: Promise<void>[] = [];
  let failed = 0;
  const ask = async () => {
    const sentAt = performance.now();
    const status = await statusOf(url, agent);
    if (status >= 200 && status < 300) latenciesMs.push(performance.now() - sentAt);
    else failed++;
  };
  const start = performance.now();
  const total = Math.round(seconds * perSecond);
  while (pending.length < total) {
    const due = Math.min(total, 1 + Math.floor(((performance.now() - start) * perSecond) / 1000));
    while (pending.length < due) pending.push(ask());
    await sleep(Math.max(0, start + (pending.length * 1000) / perSecond - performance.now()));
  }
  await Promise.all(pending);
  agent.destroy();
  return { seconds: (performance.now() - start) / 1000, latenciesMs, failed };
}

/** Status of the answer once all of it is there; 0 when there is none. */
function statusOf(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: answerWithinMs }, (response) => {
      response.on('end', () => resolve(response.statusCode ?? 0)).on('error', () => resolve(0));
      response.resume();
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(0));
  });
}
