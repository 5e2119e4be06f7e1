import { targetLabels } from '@observed-rollouts/contract';
import { pingerLines, pingerPanelQueries as queries, type ServiceLevel } from '@observed-rollouts/slo';
import type { DashboardSpec } from './dashboard.ts';
import type { PanelSpec } from './panel.ts';
import { latencyBounds } from './release.ts';
import { pingers } from './variables.ts';

/** Whether the evidence that releases are judged by is honest: sent on time, all of it, to every pod. */
export function pingerDashboard(level: ServiceLevel): DashboardSpec {
  return {
    uid: 'observed-rollouts-pinger',
    title: 'Pinger',
    description: 'Is the evidence honest: are pings sent on time, does each end, and do they reach every pod alike?',
    shows: '30m',
    variables: pingers,
    annotations: ['phases', 'alerts'],
    rows: [
      { height: 6, panels: [rate, lag, lost] },
      { height: 6, panels: [failures, inFlight, { ...heatmap, width: 12 }] },
      { height: 6, panels: [latency(level), spread(level), unevenness(level)] },
    ],
  };
}

const rate: PanelSpec = {
  draws: 'lines',
  title: 'Pings per second',
  description: 'What the schedule asks for, and what ended: a gap between the two are pings that wait or were dropped',
  unit: 'reqps',
  queries: [
    { expr: queries.scheduled, legend: 'scheduled' },
    { expr: queries.ended, legend: 'ended' },
  ],
  alerts: ['PingerNotSending'],
};

const lag: PanelSpec = {
  draws: 'lines',
  title: 'Schedule error',
  description:
    'Time from the intended to the real start of a ping, median and one in a hundred: a late pinger measures itself',
  unit: 's',
  queries: [0.5, 0.99].map((quantile) => ({ expr: queries.scheduleLag(quantile), legend: `p${quantile * 100}` })),
  lines: [{ value: pingerLines.lateSeconds, color: 'red' }],
  alerts: ['PingerLate'],
};

const lost: PanelSpec = {
  draws: 'lines',
  title: 'Pings without an answer',
  description:
    'Share of the pings that ended without any answer, and of those that were never sent because too many waited',
  unit: 'percentunit',
  queries: [
    { expr: queries.unansweredShare, legend: 'unanswered' },
    { expr: queries.droppedShare, legend: 'dropped' },
  ],
  lines: [{ value: Math.min(pingerLines.unansweredShare, pingerLines.droppedShare), color: 'red' }],
  alerts: ['PingsUnanswered', 'PingsDropped'],
};

const failures: PanelSpec = {
  draws: 'lines',
  title: 'Failures by outcome',
  description:
    'Failed pings per second by what the client saw; http_5xx are answers, all others but http_4xx came to none',
  unit: 'reqps',
  queries: [{ expr: queries.failuresByOutcome, legend: '{{outcome}}', exemplars: true }],
  stacked: true,
  alerts: ['PingsUnanswered'],
};

const inFlight: PanelSpec = {
  draws: 'lines',
  title: 'Pings in flight',
  description: 'Sent and not ended: rate times latency. At its bound pings are dropped',
  unit: 'short',
  queries: [{ expr: queries.inFlight, legend: 'in flight' }],
  alerts: ['PingsDropped'],
};

const heatmap: PanelSpec = {
  draws: 'heatmap',
  title: 'Latency of pings',
  description: 'From the intended start, as a user would feel it. A dot is one ping: it links to its trace',
  unit: 's',
  queries: [{ expr: queries.latencyBuckets, legend: '{{le}}', exemplars: true }],
};

function latency(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Latency felt and measured',
    description:
      '90th percentile from the intended start, and from the moment the request was really sent: where the two part, pings waited in the pinger',
    unit: 's',
    queries: [
      { expr: queries.latency(0.9), legend: 'from the intended start', exemplars: true },
      { expr: queries.requestDuration(0.9), legend: 'from the request' },
    ],
    lines: latencyBounds(level),
    alerts: ['PingerLate'],
  };
}

function spread(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Spread over pods',
    description:
      "Each pod's part of the answers, one upon the other: bands of equal height mean that every pod is asked alike",
    unit: 'percentunit',
    queries: [{ expr: queries.spread(level), legend: `{{${targetLabels.pod}}}` }],
    stacked: true,
  };
}

function unevenness(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Unevenness',
    description:
      'How many times as much the busiest pod answers as the average one: 1 is even, above 2 one pod answers for others',
    unit: 'short',
    queries: [{ expr: queries.unevenness(level), legend: 'busiest to average' }],
    lines: [{ value: 2, color: 'orange' }],
  };
}
