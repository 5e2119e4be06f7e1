import { toWholeSeconds } from './units.ts';

/** Paths that both services answer on; `ping` and `version` only on ping-service. */
export const paths = {
  ping: '/ping',
  version: '/version',
  liveness: '/livez',
  readiness: '/readyz',
  metrics: '/metrics',
} as const;

/** Container ports by their Kubernetes port name; the named port is what Services, probes and pod discovery refer to. */
export const ports = {
  /** Requests and probes. */
  http: { name: 'http', number: 8080 },
  /** Prometheus scrapes, apart from requests so that neither waits for the other's sockets. */
  metrics: { name: 'metrics', number: 9464 },
} as const;

/** What a client may send and how long it may take; a breach is answered and counted, never silently dropped. */
export const requestLimits = {
  /** Bytes of the request head; above: 431. */
  maxHeaderBytes: 16_384,
  /** Bytes of a request body; above: 413. No route reads a body, so this only bounds memory. */
  maxBodyBytes: 65_536,
  /** Time to receive the whole head; above: 408. */
  headersTimeoutMs: 5_000,
  /** Time to receive head and body; above: 408. */
  requestTimeoutMs: 15_000,
  /** How long an idle kept-alive connection stays open: above the 60 s after which common load balancers give up. */
  keepAliveTimeoutMs: 65_000,
  /** How often connections are checked against the first two time-outs: either may be exceeded by this much. */
  timeoutCheckIntervalMs: 1_000,
} as const;

/** Shutdown order of a pod after SIGTERM, with the defaults of the variables that change it. */
export const drain = {
  /** Readiness answers 503 and requests are served as before: covers the time until every proxy has dropped the endpoint. */
  delayMs: 2_500,
  /** After the delay: how long to wait for open connections to end on their own. */
  connectionTimeoutMs: 5_000,
  /** After the connections' time: how long a request that is still in flight may take before its connection is cut. */
  inFlightTimeoutMs: 2_000,
  /** Last: how long the trace exporter may take to send what it holds. */
  flushTimeoutMs: 3_000,
  /** Between the end of all that and the kubelet's SIGKILL. */
  marginMs: 2_500,
} as const;

/** Seconds between SIGTERM and SIGKILL: the whole drain and its margin. */
export const terminationGracePeriodSeconds = toWholeSeconds(
  drain.delayMs + drain.connectionTimeoutMs + drain.inFlightTimeoutMs + drain.flushTimeoutMs + drain.marginMs,
);

/** Kubernetes probe timings, in whole seconds. */
export const probes = {
  startup: { path: paths.liveness, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
  liveness: { path: paths.liveness, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
  readiness: { path: paths.readiness, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2 },
} as const;

/** Media type of error bodies, RFC 9457. */
export const problemMediaType = 'application/problem+json';
