/** What can go wrong around a release, whichever version it is about. */
export const faultKinds = [
  'kill-pod',
  'stop-prometheus',
  'stop-trace-receiver',
  'slow-network',
  'restart-controller',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * What a fault waits for: the start of the release, its first Ready pod, its decision, or the start of one of its steps.
 *
 * Units: steps count from 1, as everything that is shown about them does.
 */
export type FaultMoment = 'release' | 'canary-ready' | 'decision' | { readonly step: number };

interface Timing {
  readonly when: FaultMoment;
  /** Milliseconds from that moment on. */
  readonly afterMs: number;
}

/** How long it lasts; absent: until the release has ended. */
interface Lasting extends Timing {
  readonly forMs?: number;
}

/** One fault of a release. */
export type Fault =
  /** One Ready pod of a version is ended by SIGKILL; like a kubelet, the rehearsal starts its process again. */
  | (Timing & { readonly kind: 'kill-pod'; readonly of: 'canary' | 'stable' })
  /** Prometheus is ended by SIGKILL; when the fault is over, it is started again on the same data. */
  | (Lasting & { readonly kind: 'stop-prometheus' })
  /** Nobody takes the pods' spans any longer. */
  | (Lasting & { readonly kind: 'stop-trace-receiver' })
  /** Every round trip between the pinger and the pods takes that much longer. */
  | (Lasting & { readonly kind: 'slow-network'; readonly delayMs: number })
  /** The controller ends and forgets all but its written state; it is away for `forMs`, or comes back at once. */
  | (Lasting & { readonly kind: 'restart-controller' });

/** `kill-pod of canary`, `slow-network by 300 ms`: the fault in words, without its time. */
export function describeFault(fault: Fault): string {
  if (fault.kind === 'kill-pod') return `${fault.kind} of ${fault.of}`;
  return fault.kind === 'slow-network' ? `${fault.kind} by ${fault.delayMs} ms` : fault.kind;
}
