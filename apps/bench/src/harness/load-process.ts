/** Makes the load that its parent orders, a burst per message. */
import autocannon from 'autocannon';
import { makeEvenLoad } from './even-load.ts';
import { quantile } from './spread.ts';

export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second over all connections; as many as go when absent. */
  readonly rate?: {
    readonly perSecond: number;
    /** At even distances, or as autocannon spreads them: those of a second together, as fast as they are answered. */
    readonly spread: 'even' | 'autocannon';
  };
}

export interface LoadResult {
  readonly seconds: number;
  /** That were answered, whatever the answer. */
  readonly requests: number;
  /** No answer, or one that isn't 2xx. */
  readonly failed: number;
  readonly requestsPerSecond: number;
  /** Latency of the answers; autocannon counts it in whole milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** What goes over the channel: bursts are told apart by their number. */
export interface NumberedOrder {
  readonly burst: number;
  readonly order: LoadOrder;
  /** Whether the process has a core that nothing else needs meanwhile. */
  readonly hasOwnCore: boolean;
}

export type NumberedAnswer = { readonly burst: number } & (
  { readonly result: LoadResult } | { readonly error: string }
);

/** How often autocannon looks whether the time is over: with its second, a burst of one second would often take two. */
const lookEveryMs = 50;

process.on('message', ({ burst, order, hasOwnCore }: NumberedOrder) => {
  const answer = (rest: { result: LoadResult } | { error: string }) => {
    const numbered: NumberedAnswer = { burst, ...rest };
    process.send?.(numbered);
  };
  const load = hasOwnCore && order.rate === undefined ? awake(() => makeLoad(order)) : makeLoad(order);
  load.then(
    (result) => answer({ result }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit(1));

/**
 * Looks for answers without a pause until the work is done. Waking a core that sleeps is work of whoever sends to it, in a virtual machine as long as an answer takes, and
 * the slower a server answers the oftener it would find the load asleep: what makes an answer longer would be charged twice.
 */
async function awake<T>(work: () => Promise<T>): Promise<T> {
  let isDone = false;
  const stayAwake = () => {
    if (!isDone) setImmediate(stayAwake);
  };
  stayAwake();
  try {
    return await work();
  } finally {
    isDone = true;
  }
}

function makeLoad(order: LoadOrder): Promise<LoadResult> {
  return order.rate?.spread === 'even' ? makeEven(order, order.rate.perSecond) : makeByAutocannon(order);
}

async function makeEven({ url, connections, seconds }: LoadOrder, perSecond: number): Promise<LoadResult> {
  const { latenciesMs, failed, ...rest } = await makeEvenLoad({ url, connections, seconds, perSecond });
  const requests = latenciesMs.length;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const latency = (share: number) => (requests === 0 ? NaN : quantile(sorted, share));
  return {
    seconds: rest.seconds,
    requests,
    failed,
    requestsPerSecond: requests / rest.seconds,
    latencyMs: { p50: latency(0.5), p99: latency(0.99), max: latency(1) },
  };
}

async function makeByAutocannon({ url, connections, seconds, rate }: LoadOrder): Promise<LoadResult> {
  const { errors, non2xx, duration, requests, latency } = await autocannon({
    url,
    connections,
    duration: seconds,
    sampleInt: lookEveryMs,
    ...(rate === undefined ? {} : { overallRate: rate.perSecond }),
  });
  return {
    seconds: duration,
    requests: requests.total,
    // A time-out is among the errors.
    failed: errors + non2xx,
    requestsPerSecond: requests.total / duration,
    latencyMs: { p50: latency.p50, p99: latency.p99, max: latency.max },
  };
}
