/** The two workloads; the name is the Kubernetes object name, {@link nameLabel}, `service.name` and the Prometheus label `service`. */
export const workloads = {
  pingService: 'ping-service',
  pinger: 'pinger',
} as const;
export type Workload = (typeof workloads)[keyof typeof workloads];

/** The systems of the platform; the name is the Kubernetes object name, {@link nameLabel} and the Prometheus label `service`. */
export const platformServices = {
  argoRollouts: 'argo-rollouts',
  prometheus: 'prometheus',
  alertmanager: 'alertmanager',
  tempo: 'tempo',
  grafana: 'grafana',
} as const;
export type PlatformService = (typeof platformServices)[keyof typeof platformServices];

/** Pod label that Argo Rollouts puts on every pod of a Rollout: the identity of one version. */
export const podTemplateHashLabel = 'rollouts-pod-template-hash';

/** Label of every object and pod of a system: its name, which is in selectors and is Prometheus' label `service`. */
export const nameLabel = 'app.kubernetes.io/name';

/** Pod label of the version: Prometheus and the process itself (through the downward API) read it from here. */
export const versionLabel = 'app.kubernetes.io/version';

/** Labels that Prometheus attaches to every target by relabelling; queries tell versions and pods apart by them. */
export const targetLabels = {
  namespace: 'namespace',
  pod: 'pod',
  container: 'container',
  service: 'service',
  version: 'version',
  /** {@link podTemplateHashLabel} as a Prometheus label name; absent on pods that no Rollout owns. */
  podTemplateHash: 'rollouts_pod_template_hash',
} as const;

/** Labels of an exemplar: 63 characters with their values, under the limit of 128 (OpenMetrics 1.0). */
export const exemplarLabels = { traceId: 'trace_id', spanId: 'span_id' } as const;

/** Span attributes that this project adds to OpenTelemetry's semantic conventions. */
export const spanAttributes = {
  /** The latency share that the answer drew, such as `90%500ms`. */
  latencyShare: 'ping.latency_share',
  /** True when the failure was drawn from the declared rate, not a defect. */
  injectedFailure: 'ping.injected_failure',
  /** The pod-template hash: which version of the Rollout the span belongs to. */
  podTemplateHash: 'k8s.pod.label.rollouts-pod-template-hash',
  /** Seconds from the intended to the real start of the ping. */
  pingLag: 'ping.schedule_lag_seconds',
  /** Place of the ping in its schedule, from 0. */
  pingIndex: 'ping.index',
} as const;

/** Names of the spans that this project opens itself; those of requests are OpenTelemetry's (`GET /ping`). */
export const spanNames = {
  /** Root of a trace: one ping, parent of its client span. */
  ping: 'ping',
} as const;

/**
 * Flags of Node.js with which nothing stops the pinger for long; pings that are due meanwhile start late.
 *
 * - What Node.js allocates for requests on connections of their own outlives young collections, and one stops the process for as long as copying takes: 6 to
 *   28 ms with the usual 16 MiB of young generation, 0.5 ms with 1.
 * - The threads that V8 has beside the main one have the same core, and each takes turns of 4 ms: of the usual four one is left, which compiles and sweeps.
 *   With every full collection, every few seconds at 1,000 pings per second, they all did the main thread's work at once, for 20 ms. Now it does its work
 *   itself, in steps of less than a millisecond, except for sweeping: left to it (`--single-threaded-gc`), that is done in one piece when the next
 *   collection begins, 16 ms with 2,000 pings in flight.
 */
const shortPauses = [
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--no-concurrent-marking',
  '--no-parallel-marking',
  '--no-parallel-scavenge',
  '--no-parallel-compaction',
  '--no-parallel-pointer-update',
  '--no-parallel-weak-ref-clearing',
];

/**
 * How each workload starts, from the folder that holds the workspace (`/app` in its image): the container's command in the manifests and the process of
 * the rehearsal. The preload must come first: what is imported before it isn't instrumented.
 */
export const startCommands: Readonly<Record<Workload, readonly string[]>> = {
  [workloads.pingService]: startCommand(workloads.pingService),
  [workloads.pinger]: startCommand(workloads.pinger, ...shortPauses),
};

function startCommand(workload: Workload, ...options: readonly string[]): readonly string[] {
  return ['node', ...options, '--import', '@observed-rollouts/telemetry/register', `apps/${workload}/dist/main.js`];
}
