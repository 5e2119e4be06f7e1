import {
  pingsDropped,
  pingsEnded,
  pingsScheduled,
  scheduleLag,
  serverRequestDuration,
  targetLabels,
  workloads,
} from '@observed-rollouts/contract';
import { pingAnswers, totalSelector } from '../promql.ts';
import type { Alert } from './rule.ts';

const pinger = `${targetLabels.service}="${workloads.pinger}"`;
const rateOf = (selector: string, window = '5m') => `sum(rate(${selector}[${window}]))`;
const scheduled = `${pingsScheduled.name}{${pinger}}`;
const ended = `${pingsEnded.name}{${pinger}}`;

/** Pings per second that ended, of the last five minutes; empty unless some did. */
export const pingsFlow = `${rateOf(ended)} > 0`;

/** Where the pinger is no longer trusted: shares of the pings, and seconds that one in a hundred may start late. */
export const pingerLimits = { unansweredShare: 0.01, droppedShare: 0.01, lateSeconds: 0.1 } as const;

/** Whether the evidence that releases are judged by comes in. */
export const pingAlerts: readonly Alert[] = [
  {
    alert: 'PingerNotSending',
    expr: `(${rateOf(scheduled)} or vector(0)) == 0`,
    for: '2m',
    labels: { severity: 'page', service: workloads.pinger },
    annotations: {
      summary: 'No pings are sent',
      description:
        'Pings per second: {{ $value }}. Without them no release can be judged: every gate waits and then pauses.',
    },
  },
  {
    alert: 'PingsUnanswered',
    expr: `${rateOf(`${pingsEnded.name}{${pinger},outcome!~"ok|http_.*"}`)} / (${pingsFlow}) > ${pingerLimits.unansweredShare}`,
    for: '5m',
    labels: { severity: 'page', service: workloads.pinger },
    annotations: {
      summary: 'Pings get no answer at all',
      description: '{{ $value | humanizePercentage }} of the pings of the last 5 minutes ended without an answer.',
    },
  },
  {
    alert: 'PingsDropped',
    expr: `${rateOf(`${pingsDropped.name}{${pinger}}`)} / (${rateOf(scheduled)} > 0) > ${pingerLimits.droppedShare}`,
    for: '5m',
    labels: { severity: 'ticket', service: workloads.pinger },
    annotations: {
      summary: 'Pings are dropped because too many wait for an answer',
      description: '{{ $value | humanizePercentage }} of the pings of the last 5 minutes were never sent.',
    },
  },
  {
    alert: 'PingerLate',
    expr: `histogram_quantile(0.99, sum by (le) (rate(${scheduleLag.name}_bucket{${pinger}}[5m]))) > ${pingerLimits.lateSeconds}`,
    for: '10m',
    labels: { severity: 'ticket', service: workloads.pinger },
    annotations: {
      summary: 'The pinger runs behind its schedule',
      description: 'One in a hundred pings starts more than {{ $value | humanizeDuration }} late.',
    },
  },
  {
    alert: 'PingAnswersNotCounted',
    expr: `(${pingsFlow}) unless (${rateOf(totalSelector(pingAnswers))} > 0)`,
    for: '5m',
    labels: { severity: 'page', service: workloads.pingService },
    annotations: {
      summary: 'Pings end, but no answer is counted',
      description:
        `{{ $value | humanize }} pings per second end, and ${serverRequestDuration([]).name} of ${workloads.pingService} stands still: ` +
        'neither objectives nor releases are judged.',
    },
  },
];
