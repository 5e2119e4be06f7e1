import {
  drain,
  type MetricDefinition,
  paths,
  pingerSettings,
  pingServiceSettings,
  ports,
  probes,
  requestLimits,
  type Setting,
  type SettingsTable,
  startCommands,
  terminationGracePeriodSeconds,
  type Workload,
  workloadMetrics,
  workloads,
} from '@observed-rollouts/contract';
import { formatDuration } from '@observed-rollouts/contract';
import { code, table } from './markdown.ts';

/** `docs/reference.md` as it follows from the contract. */
export function renderReference(): string {
  return [
    '# Reference',
    '<!-- Generated from libs/contract by `npm run docs`; a test fails when it is stale. -->',
    ...workloadSection(workloads.pingService, pingServiceSettings),
    ...workloadSection(workloads.pinger, pingerSettings),
    '## Ports, paths and limits',
    table(['Fact', 'Value'], httpFacts()),
  ]
    .join('\n\n')
    .concat('\n');
}

function workloadSection(workload: Workload, settings: SettingsTable): string[] {
  return [
    `## ${workload}`,
    `Starts as \`${startCommands[workload].join(' ')}\`.`,
    '### Settings',
    table(['Variable', 'Flag', 'Default', 'Expected', 'What it does'], Object.values(settings).map(settingRow)),
    '### Metrics',
    'Beside these, Node.js’ default metrics (`process_*`, `nodejs_*`).',
    table(['Metric', 'Type', 'Labels', 'Exemplars', 'What it says'], workloadMetrics[workload].map(metricRow)),
  ];
}

function settingRow({ name, flag, default: fallback, expected, description }: Setting): string[] {
  return [
    code(name),
    flag === undefined ? '' : code(flag),
    fallback === undefined ? '–' : code(fallback),
    expected,
    description,
  ];
}

function metricRow(metric: MetricDefinition): string[] {
  const labels = Object.entries(metric.labels).map(
    ([label, { description, maxValues }]) => `${code(label)}: ${description} (at most ${maxValues})`,
  );
  return [code(metric.name), metric.type, labels.join('<br>'), metric.exemplars ? 'yes' : 'no', metric.help];
}

function httpFacts(): string[][] {
  const probe = (timing: (typeof probes)[keyof typeof probes]) =>
    `${code(timing.path)} every ${timing.periodSeconds} s, ${timing.failureThreshold} failures in a row decide`;
  return [
    [
      'Requests and probes',
      `port ${ports.http.number}: ${code(paths.liveness)}, ${code(paths.readiness)}; ping-service also ${code(paths.ping)}, ${code(paths.version)}`,
    ],
    ['Metrics', `port ${ports.metrics.number}: ${code(paths.metrics)}`],
    ['Startup probe', probe(probes.startup)],
    ['Liveness probe', probe(probes.liveness)],
    ['Readiness probe', probe(probes.readiness)],
    ['Largest request head', `${requestLimits.maxHeaderBytes} bytes`],
    ['Largest request body', `${requestLimits.maxBodyBytes} bytes`],
    ['Time to receive the head', formatDuration(requestLimits.headersTimeoutMs)],
    ['Time to receive a request', formatDuration(requestLimits.requestTimeoutMs)],
    ['Idle connection kept for', formatDuration(requestLimits.keepAliveTimeoutMs)],
    [
      'Drain after SIGTERM',
      `${formatDuration(drain.delayMs)} with readiness off, up to ${formatDuration(drain.connectionTimeoutMs)} for open connections, ` +
        `up to ${formatDuration(drain.flushTimeoutMs)} for the last spans`,
    ],
    ['Termination grace period', `${terminationGracePeriodSeconds} s`],
  ];
}
