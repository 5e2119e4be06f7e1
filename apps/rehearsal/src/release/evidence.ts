/** What is known about the evidence that one pod of the canary yields. */
export interface PodEvidence {
  readonly pod: string;
  /** Milliseconds since the epoch since when it has been Ready without a break; absent while it isn't. */
  readonly readySince?: number | undefined;
  /** How Prometheus sees it: no target, a target whose last scrape failed and why, or one that is up. */
  readonly scrape: 'none' | 'up' | { readonly failed: string };
  /** Connections that the balancer ever gave to it, and to all pods since it became an endpoint; absent when it isn't one. */
  readonly connections?: { readonly own: number; readonly all: number } | undefined;
  /** Answers that Prometheus has of it. */
  readonly answers: number;
}

/** How long a Ready pod may yield nothing before that is said: three scrapes of 5 s. */
export const evidenceLimitMs = 15_000;

/**
 * Why the analysis sees nothing of a pod although it has been Ready for longer than {@link evidenceLimitMs}; `undefined` when it sees something, or
 * when the pod isn't Ready for as long.
 *
 * Edge: the first reason on the way from the pod to the reading is the one that is given.
 */
export function missingEvidence(evidence: PodEvidence, now: number): string | undefined {
  const { readySince, pod } = evidence;
  if (readySince === undefined || now - readySince <= evidenceLimitMs) return undefined;
  const reason = reasonOf(evidence);
  return reason && `canary pod ${pod} has been Ready for ${Math.floor((now - readySince) / 1000)} s, but ${reason}`;
}

function reasonOf({ connections, scrape, answers }: PodEvidence): string | undefined {
  if (scrape === 'none') return 'Prometheus has no target for it';
  if (scrape !== 'up') return `Prometheus can't scrape it: ${scrape.failed}`;
  if (!connections) return "it isn't among the endpoints of the balancer";
  if (connections.all === 0) return 'the pinger has opened no connection to any pod since';
  if (connections.own === 0) return `none of ${connections.all} connections to the balancer went to it`;
  if (answers === 0)
    return `Prometheus has none of its answers, although ${connections.own} of ${connections.all} connections went to it`;
  return undefined;
}
