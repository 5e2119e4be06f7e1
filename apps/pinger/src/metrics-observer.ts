import {
  clientRequestDuration,
  pingLatency,
  pingsDropped,
  pingsEnded,
  pingsInFlight,
  pingsScheduled,
  scheduleLag,
} from '@observed-rollouts/contract';
import type { Metrics } from '@observed-rollouts/telemetry';
import type { EndedPing, PingObserver } from './loop.ts';
import { isFailure } from './outcome.ts';

/** Value of the label `server_address`: the target's host, without its port. */
export function serverAddressOf(target: string): string {
  return new URL(target).hostname.replace(/^\[(.*)\]$/, '$1');
}

type Recorder = Pick<Metrics, 'increment' | 'observe' | 'inc' | 'dec'>;

/** Records every event as metrics of the contract, with the ping's span as exemplar. */
export function observeByMetrics(
  metrics: Recorder,
  { target, method }: { readonly target: string; readonly method: string },
): PingObserver {
  const client = { http_request_method: method, server_address: serverAddressOf(target) };
  return {
    scheduled: () => metrics.increment(pingsScheduled, {}),
    dropped: () => metrics.increment(pingsDropped, {}),
    sent: ({ intendedAtMs, startedAtMs }) => {
      metrics.inc(pingsInFlight, {});
      metrics.observe(scheduleLag, (startedAtMs - intendedAtMs) / 1000, {});
    },
    ended: (ping) => {
      metrics.dec(pingsInFlight, {});
      recordEnd(metrics, client, ping);
    },
  };
}

function recordEnd(
  metrics: Recorder,
  client: { readonly http_request_method: string; readonly server_address: string },
  ping: EndedPing,
): void {
  const { intendedAtMs, startedAtMs, endedAtMs, end } = ping;
  const { outcome, status, spanContext } = end;
  metrics.increment(pingsEnded, { outcome }, { spanContext });
  metrics.observe(pingLatency, (endedAtMs - intendedAtMs) / 1000, { outcome }, { spanContext });
  const labels = {
    ...client,
    http_response_status_code: status === undefined ? '' : `${status}`,
    error_type: isFailure(outcome) ? outcome : '',
  };
  metrics.observe(clientRequestDuration, (endedAtMs - startedAtMs) / 1000, labels, { spanContext });
}
