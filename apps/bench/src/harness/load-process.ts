/** Makes the load that its parent orders, a burst per message. */
import autocannon from 'autocannon';

export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second over all connections; as many as go when absent. */
  readonly overallRate?: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  /** No answer, or one that isn't 2xx. */
  readonly failed: number;
  readonly requestsPerSecond: number;
  /** Latency of the answers, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

process.on('message', (order: LoadOrder) => {
  void burst(order).then((result) => process.send?.(result));
});

async function burst({ url, connections, seconds, overallRate }: LoadOrder): Promise<LoadResult> {
  const { errors, timeouts, non2xx, duration, requests, latency } = await autocannon({
    url,
    connections,
    duration: seconds,
    ...(overallRate === undefined ? {} : { overallRate }),
  });
  return {
    seconds: duration,
    requests: requests.total,
    failed: errors + timeouts + non2xx,
    requestsPerSecond: requests.total / duration,
    latencyMs: { p50: latency.p50, p99: latency.p99, max: latency.max },
  };
}
