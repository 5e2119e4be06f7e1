import { targetLabels } from '@observed-rollouts/contract';
import {
  budgetSections,
  type Objective,
  servicePanelQueries as queries,
  type ServiceLevel,
} from '@observed-rollouts/slo';
import type { DashboardSpec } from './dashboard.ts';
import type { PanelSpec } from './panel.ts';
import { latencyBounds } from './release.ts';
import { judgedService, versions } from './variables.ts';

const byPod = `{{${targetLabels.pod}}}`;
const byVersion = `{{${targetLabels.version}}} {{${targetLabels.podTemplateHash}}}`;

/** Rate, errors and duration by version and by pod, and what the processes use. */
export function pingServiceDashboard(level: ServiceLevel): DashboardSpec {
  const { objectives } = level;
  return {
    uid: 'observed-rollouts-ping-service',
    title: 'Ping service',
    description: 'How does the service answer, which version or pod is the odd one, and what did a slow answer do?',
    shows: '30m',
    variables: [...judgedService(level), versions],
    annotations: ['phases', 'alerts'],
    rows: [
      { height: 5, panels: [answers(level, 'version'), ...objectives.map((it) => badShare(it, level, 'version'))] },
      { height: 5, panels: [heatmap(level), latency(level)] },
      { height: 4, panels: [answers(level, 'pod'), ...objectives.map((it) => badShare(it, level, 'pod'))] },
      { height: 4, panels: [eventLoopLag, inProgress, cpu, memory, restarts] },
    ],
  };
}

function answers(level: ServiceLevel, what: 'version' | 'pod'): PanelSpec {
  return {
    draws: 'lines',
    title: `Answers per second by ${what}`,
    description:
      what === 'pod'
        ? 'Each pod has the same part; one that has none is not reached, one that has more takes the part of others'
        : 'What is judged: answers to the route that the objectives are about, without probes and scrapes',
    unit: 'reqps',
    queries: [{ expr: queries.answersBy(level, what), legend: what === 'pod' ? byPod : byVersion }],
    stacked: true,
    alerts: ['PingAnswersNotCounted'],
  };
}

function badShare(objective: Objective, level: ServiceLevel, what: 'version' | 'pod'): PanelSpec {
  return {
    draws: 'lines',
    title: `Share of ${objective.name} by ${what}`,
    description: 'Lines: the share that the objective allows, and the share that a release is refused for',
    unit: 'percentunit',
    queries: [{ expr: queries.badShareBy(objective, level, what), legend: what === 'pod' ? byPod : byVersion }],
    lines: [
      { value: objective.acceptable, color: 'orange' },
      { value: objective.refused, color: 'red' },
    ],
    alerts: budgetSections(objective),
  };
}

function heatmap(level: ServiceLevel): PanelSpec {
  return {
    draws: 'heatmap',
    title: 'Durations of answers',
    description: 'Answers per second by duration. A dot is one answer: it links to its trace',
    unit: 's',
    queries: [{ expr: queries.latencyBuckets(level), legend: '{{le}}', exemplars: true }],
  };
}

function latency(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Duration of answers by version',
    description: 'Median, 90th and 99th percentile; the line is the bound of the objective',
    unit: 's',
    queries: [0.5, 0.9, 0.99].map((quantile) => ({
      expr: queries.latencyByVersion(quantile, level),
      legend: `p${quantile * 100} ${byVersion}`,
    })),
    lines: latencyBounds(level),
    alerts: level.objectives.filter(({ indicator }) => indicator.kind === 'latency').flatMap(budgetSections),
  };
}

const eventLoopLag: PanelSpec = {
  draws: 'lines',
  title: 'Event loop lag by pod',
  description:
    'The longest that the event loop was held up between two scrapes: a process that is busy, stopped, or starved of CPU',
  unit: 's',
  queries: [{ expr: queries.eventLoopLagByPod, legend: byPod }],
};

const inProgress: PanelSpec = {
  draws: 'lines',
  title: 'Requests in progress by pod',
  description: 'Requests that wait for their answers: it rises with slow answers, and with a pod that hangs',
  unit: 'short',
  queries: [{ expr: queries.inProgressByPod, legend: byPod }],
};

const cpu: PanelSpec = {
  draws: 'lines',
  title: 'CPU by pod',
  description: 'Cores in use; a pod at its limit is throttled, and the throttling would be judged as latency',
  unit: 'short',
  queries: [{ expr: queries.cpuByPod, legend: byPod }],
};

const memory: PanelSpec = {
  draws: 'lines',
  title: 'Memory by pod',
  description: 'Resident memory; a line that only rises is a leak, a drop is a new process',
  unit: 'bytes',
  queries: [{ expr: queries.memoryByPod, legend: byPod }],
};

const restarts: PanelSpec = {
  draws: 'last',
  title: 'Restarts by pod',
  description: 'Starts of a process after its first, within the time shown; one of a canary aborts its release',
  unit: 'short',
  queries: [{ expr: queries.restartsByPod, legend: byPod }],
  lines: [{ value: 1, color: 'orange' }],
};
