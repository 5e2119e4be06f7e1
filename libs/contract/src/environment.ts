import { drain, paths, ports } from './http.ts';
import { workloads } from './labels.ts';
import { knownMethods } from './metrics.ts';
import {
  duration,
  httpHeaders,
  httpUrl,
  integer,
  ipAddress,
  latencyMix,
  number,
  oneOf,
  text,
  versionName,
} from './setting-types.ts';
import { formatDuration } from './units.ts';

/** Levels of the JSON log, most verbose last. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const port = integer(1, 65_535);

/** Settings that every workload has. */
export const processSettings = {
  host: {
    name: 'HTTP_HOST',
    ...ipAddress(),
    default: '0.0.0.0',
    example: '127.0.0.1',
    description: 'Address that both ports listen on',
  },
  httpPort: {
    name: 'HTTP_PORT',
    ...port,
    default: `${ports.http.number}`,
    example: '8080',
    description: 'Port of requests and probes',
  },
  metricsPort: {
    name: 'METRICS_PORT',
    ...port,
    default: `${ports.metrics.number}`,
    example: '9464',
    description: `Port of \`${paths.metrics}\``,
  },
  version: {
    name: 'SERVICE_VERSION',
    ...versionName(),
    default: 'dev',
    example: '1.4.0',
    description: 'Version in `/version`, `build_info`, logs and traces',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    ...oneOf(logLevels),
    default: 'info',
    example: 'warn',
    description: 'Least severe level that is logged',
  },
  drainDelayMs: {
    name: 'DRAIN_DELAY',
    ...duration(0, 60_000),
    default: formatDuration(drain.delayMs),
    example: '2500ms',
    description: 'After SIGTERM: how long to serve with readiness off until no proxy sends new requests',
  },
  drainTimeoutMs: {
    name: 'DRAIN_TIMEOUT',
    ...duration(0, 60_000),
    default: formatDuration(drain.connectionTimeoutMs),
    example: '5s',
    description: 'After the drain delay: how long to wait for open connections to end',
  },
} as const;

export const pingServiceSettings = {
  ...processSettings,
  latencyMix: {
    name: 'PING_LATENCY',
    ...latencyMix(),
    default: '100%0ms',
    example: '90%500ms,10%200ms',
    description: 'Latency mix of the answers: each share of them takes exactly its latency',
  },
  successPercent: {
    name: 'PING_SUCCESS_PERCENT',
    ...number(0, 100, 'a percentage'),
    default: '100',
    example: '95',
    description: 'Share of the answers that succeed; the others are 500',
  },
  seed: {
    name: 'PING_SEED',
    ...integer(0, 4_294_967_295),
    default: undefined,
    example: '42',
    description: 'Seed of the draws: the same seed draws the same sequence; random when absent',
  },
} as const;

export const pingerSettings = {
  ...processSettings,
  target: {
    name: 'PINGER_TARGET',
    flag: '--target',
    ...httpUrl(),
    default: `http://${workloads.pingService}:${ports.http.number}${paths.ping}`,
    example: 'http://127.0.0.1:8080/ping',
    description: 'URL that is pinged',
  },
  method: {
    name: 'PINGER_METHOD',
    flag: '--method',
    ...oneOf(knownMethods),
    default: 'GET',
    example: 'POST',
    description: 'HTTP method of each ping',
  },
  headers: {
    name: 'PINGER_HEADERS',
    flag: '--headers',
    ...httpHeaders(),
    default: '{}',
    example: '{"content-type":"application/json"}',
    description: 'Headers of each ping, beside those that HTTP needs',
  },
  body: {
    name: 'PINGER_BODY',
    flag: '--body',
    ...text(),
    default: undefined,
    example: '{"cart":1}',
    description: 'Body of each ping; none when absent',
  },
  ratePerSecond: {
    name: 'PINGER_RATE',
    flag: '--rate',
    ...number(0.1, 5_000, 'pings per second'),
    default: '10',
    example: '10',
    description: 'Pings per second, evenly spaced',
  },
  timeoutMs: {
    name: 'PINGER_TIMEOUT',
    flag: '--timeout',
    ...duration(10, 60_000),
    default: '5s',
    example: '5s',
    description: 'Time from the real start of a ping after which it has failed',
  },
  maxInFlight: {
    name: 'PINGER_MAX_IN_FLIGHT',
    flag: '--max-in-flight',
    ...integer(1, 100_000),
    default: '200',
    example: '200',
    description: 'Pings that may wait for an answer at once; one more is dropped and counted',
  },
  durationMs: {
    name: 'PINGER_DURATION',
    flag: '--duration',
    ...duration(100, 86_400_000),
    default: undefined,
    example: '30s',
    description: 'How long to ping; until SIGTERM when absent',
  },
} as const;
