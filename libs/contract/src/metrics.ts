import { paths } from './http.ts';
import { type Workload, workloads } from './labels.ts';
import type { CounterDefinition, GaugeDefinition, HistogramDefinition, MetricDefinition } from './metric.ts';

/** The HTTP methods that are told apart; any other is `_OTHER` (OpenTelemetry semantic conventions). */
export const knownMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export const otherMethod = '_OTHER';

/** Route label of a request that no route answered: a path is never a label value. */
export const unmatchedRoute = '__unmatched__';

/** Status label of a request whose client went away before the answer was complete (nginx's convention). */
export const clientClosedStatus = '499';

/** Most status codes one route is expected to show; 100 to 599 are possible, a handful occurs. */
const statusBound = 12;
const method = { description: `HTTP method, \`${otherMethod}\` when unknown`, maxValues: knownMethods.length + 1 };

/** Seconds; the boundaries that OpenTelemetry advises for HTTP durations. A latency objective must use one of them. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** Seconds; fine below 10 ms, where the schedule of a constant-rate prober is judged. */
const scheduleLagBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1] as const;

export type ServerLabel = 'http_request_method' | 'http_route' | 'http_response_status_code';

/** A route that a workload serves, with the statuses whose series are there from the start: those that it is known to answer, and what it may answer in an outage. */
export interface ServedRoute {
  readonly route: string;
  readonly statuses: readonly number[];
}

const probeRoutes: readonly ServedRoute[] = [
  { route: paths.liveness, statuses: [200] },
  { route: paths.readiness, statuses: [200, 503] },
  { route: unmatchedRoute, statuses: [404] },
];

/** The routes of each workload's request port. */
export const servedRoutes: Readonly<Record<Workload, readonly ServedRoute[]>> = {
  [workloads.pingService]: [
    // A service whose dependency is away answers 503: counted since a point in time, a series that only then appears would lack its first scrape.
    { route: paths.ping, statuses: [200, 500, 503] },
    { route: paths.version, statuses: [200] },
    ...probeRoutes,
  ],
  [workloads.pinger]: probeRoutes,
};

/** Every HTTP response of the request port, from the start of the request to the end of the response. */
export function serverRequestDuration(routes: readonly ServedRoute[]): HistogramDefinition<ServerLabel> {
  return {
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP server requests',
    type: 'histogram',
    labels: {
      http_request_method: method,
      http_route: {
        description: `Route template, \`${unmatchedRoute}\` when no route answered`,
        maxValues: routes.length,
      },
      http_response_status_code: {
        description: `Status code, \`${clientClosedStatus}\` when the client left first`,
        maxValues: statusBound,
      },
    },
    initialSeries: routes.flatMap(({ route, statuses }) =>
      statuses.map((status) => ({
        http_request_method: 'GET',
        http_route: route,
        http_response_status_code: `${status}`,
      })),
    ),
    exemplars: true,
    buckets: durationBuckets,
  };
}

export const serverActiveRequests: GaugeDefinition<never> = {
  name: 'http_server_active_requests',
  help: 'HTTP server requests in progress',
  type: 'gauge',
  labels: {},
  initialSeries: [{}],
  exemplars: false,
};

/** Requests that Node's HTTP parser refused before a request object existed, so that no route or status label applies. */
export const serverParseErrors: CounterDefinition<never> = {
  name: 'http_server_parse_errors_total',
  help: 'Requests refused by the HTTP parser before they reached a route',
  type: 'counter',
  labels: {},
  initialSeries: [{}],
  exemplars: false,
};

/** Always 1; its labels say which build is running. */
export const buildInfo: GaugeDefinition<'service_name' | 'service_version' | 'node_version'> = {
  name: 'build_info',
  help: 'Build of the running process, always 1',
  type: 'gauge',
  labels: {
    service_name: { description: 'Workload name', maxValues: 1 },
    service_version: { description: 'Declared version', maxValues: 1 },
    node_version: { description: 'Version of Node.js', maxValues: 1 },
  },
  initialSeries: [{}],
  processLabels: ['service_name', 'service_version', 'node_version'],
  exemplars: false,
};

/**
 * How a ping can end without an answer, each told apart by what the client saw.
 * `http_5xx` and `http_4xx` are answers, `other` is anything not in this list: every ping ends in exactly one.
 */
export const pingFailures = [
  'timeout',
  'connection_refused',
  'connection_reset',
  'dns',
  'unreachable',
  'tls',
  'http_4xx',
  'http_5xx',
  'invalid_response',
  'other',
] as const;
export type PingFailure = (typeof pingFailures)[number];

/** Outcome label of a ping that was answered with 2xx or 3xx. */
export const pingAnswered = 'ok';
export type PingOutcome = typeof pingAnswered | PingFailure;
export const pingOutcomes: readonly PingOutcome[] = [pingAnswered, ...pingFailures];

const outcome = { description: 'How the ping ended', maxValues: pingOutcomes.length };
const outcomeSeries = pingOutcomes.map((value) => ({ outcome: value }));

type ClientLabel = 'http_request_method' | 'http_response_status_code' | 'error_type' | 'server_address';

/** Every HTTP request that the pinger made, from the moment it was really sent (service time). */
export const clientRequestDuration: HistogramDefinition<ClientLabel> = {
  name: 'http_client_request_duration_seconds',
  help: 'Duration of HTTP client requests, from the moment they were sent',
  type: 'histogram',
  labels: {
    http_request_method: method,
    server_address: { description: 'Host of the target', maxValues: 1 },
    http_response_status_code: {
      description: 'Status code, empty when no complete answer arrived',
      maxValues: statusBound + 1,
    },
    error_type: { description: 'Failure kind, empty when the ping was answered', maxValues: pingFailures.length + 1 },
  },
  initialSeries: [
    { http_request_method: 'GET', http_response_status_code: '200', error_type: '' },
    { http_request_method: 'GET', http_response_status_code: '500', error_type: 'http_5xx' },
    ...pingFailures
      .filter((failure) => !failure.startsWith('http_'))
      .map((failure) => ({ http_request_method: 'GET', http_response_status_code: '', error_type: failure })),
  ],
  processLabels: ['server_address'],
  exemplars: true,
  buckets: durationBuckets,
};

/** Latency from the instant the schedule intended, so that a stalled target or a late prober can't hide (coordinated omission). */
export const pingLatency: HistogramDefinition<'outcome'> = {
  name: 'pinger_ping_latency_seconds',
  help: 'Latency of pings from their intended start',
  type: 'histogram',
  labels: { outcome },
  initialSeries: outcomeSeries,
  exemplars: true,
  buckets: durationBuckets,
};

export const pingsScheduled: CounterDefinition<never> = {
  name: 'pinger_pings_scheduled_total',
  help: 'Pings that the schedule asked for: ended, dropped or in flight',
  type: 'counter',
  labels: {},
  initialSeries: [{}],
  exemplars: false,
};

export const pingsEnded: CounterDefinition<'outcome'> = {
  name: 'pinger_pings_total',
  help: 'Pings that ended, each counted once by outcome',
  type: 'counter',
  labels: { outcome },
  initialSeries: outcomeSeries,
  exemplars: true,
};

export const pingsDropped: CounterDefinition<never> = {
  name: 'pinger_pings_dropped_total',
  help: 'Pings not sent because too many were in flight',
  type: 'counter',
  labels: {},
  initialSeries: [{}],
  exemplars: false,
};

export const pingsInFlight: GaugeDefinition<never> = {
  name: 'pinger_pings_in_flight',
  help: 'Pings sent and not ended',
  type: 'gauge',
  labels: {},
  initialSeries: [{}],
  exemplars: false,
};

export const scheduleLag: HistogramDefinition<never> = {
  name: 'pinger_schedule_lag_seconds',
  help: 'Time from the intended to the real start of a ping',
  type: 'histogram',
  labels: {},
  initialSeries: [{}],
  exemplars: false,
  buckets: scheduleLagBuckets,
};

/** When the process started, in seconds since the epoch: one of Node's default metrics; a change is a restart. */
export const processStartTime = 'process_start_time_seconds';

/** What each workload exposes beside Node's default metrics. */
export const workloadMetrics: Readonly<Record<Workload, readonly MetricDefinition[]>> = {
  [workloads.pingService]: [...serverMetrics(workloads.pingService)],
  [workloads.pinger]: [
    ...serverMetrics(workloads.pinger),
    clientRequestDuration,
    pingLatency,
    pingsScheduled,
    pingsEnded,
    pingsDropped,
    pingsInFlight,
    scheduleLag,
  ],
};

function serverMetrics(workload: Workload): readonly MetricDefinition[] {
  return [serverRequestDuration(servedRoutes[workload]), serverActiveRequests, serverParseErrors, buildInfo];
}
