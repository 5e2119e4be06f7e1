import { pingsEnded, pingsScheduled, targetLabels, workloads } from '@observed-rollouts/contract';
import type { Objective, ServiceLevel } from './objective.ts';
import { badShare, pingAnswers, totalSelector } from './promql.ts';

/** A Prometheus recording rule. */
export interface RecordingRule {
  /** `level:metric:operations`. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Prometheus alerting rule; its annotations may hold Go templates (`{{ $value }}`). */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** Prometheus duration that the expression must hold. */
  readonly for?: string;
  readonly labels: Readonly<Record<'severity', 'page' | 'ticket' | 'none'>>;
  readonly annotations: Readonly<Record<'summary' | 'description', string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** A multi-window burn-rate condition: the long window gives significance, the short one a fast end. */
interface BurnWindow {
  readonly long: string;
  readonly short: string;
  /** Multiple of the acceptable share at which a 30-day budget would burn. */
  readonly factor: number;
  readonly severity: 'page' | 'ticket';
}

/** Source: Google SRE workbook, chapter 5, for a budget of 30 days. */
const burnWindows: readonly BurnWindow[] = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'page' },
  { long: '6h', short: '30m', factor: 6, severity: 'page' },
  { long: '1d', short: '2h', factor: 3, severity: 'ticket' },
  { long: '3d', short: '6h', factor: 1, severity: 'ticket' },
];

/** Answers in the long window below which a burn rate is noise, not evidence. */
const leastAnswers = 100;

const by = [targetLabels.namespace, targetLabels.service] as const;

/** Windows whose burn can be reached at all: with an acceptable share of 10 % nothing ever burns 14.4 times as fast. */
function reachableWindows({ acceptable }: Objective): readonly BurnWindow[] {
  return burnWindows.filter(({ factor }) => factor * acceptable < 1);
}

/** Name of the recorded share of bad answers of one objective over one window. */
export function badShareRecord({ name }: Pick<Objective, 'name'>, window: string): string {
  return `service:ping_${name.replaceAll('-', '_')}:ratio_rate${window}`;
}

/**
 * Every rule of the service level and of the platform that judges it.
 *
 * Shape: one recording group and one alerting group for the objectives, one alerting group for the platform.
 */
export function serviceLevelRules(level: ServiceLevel): RuleGroup[] {
  return [
    { name: 'service-level-records', rules: level.objectives.flatMap(recordingRules) },
    { name: 'service-level-alerts', rules: level.objectives.flatMap(burnAlerts) },
    { name: 'platform-alerts', rules: platformAlerts },
  ];
}

function recordingRules(objective: Objective): RecordingRule[] {
  const windows = new Set(reachableWindows(objective).flatMap(({ long, short }) => [short, long]));
  return [...windows].map((window) => ({
    record: badShareRecord(objective, window),
    expr: badShare(objective.indicator, pingAnswers, window, by),
  }));
}

function burnAlerts(objective: Objective): AlertingRule[] {
  return reachableWindows(objective).map(({ long, short, factor, severity }) => {
    const threshold = Number((factor * objective.acceptable).toFixed(6));
    const answers = `sum by (${by.join(', ')}) (increase(${totalSelector(pingAnswers)}[${long}]))`;
    return {
      alert: `Ping${pascalCase(objective.name)}BudgetBurn${long.toUpperCase()}`,
      expr:
        `${badShareRecord(objective, long)} > ${threshold} and ${badShareRecord(objective, short)} > ${threshold} ` +
        `and ${answers} > ${leastAnswers}`,
      labels: { severity },
      annotations: {
        summary: `The ${objective.name} budget of {{ $labels.service }} burns ${factor} times too fast`,
        description:
          `{{ $value | humanizePercentage }} of the answers in the last ${long} were bad, ` +
          `the objective is ${percent(objective.acceptable)}.`,
      },
    };
  });
}

const pinger = `${targetLabels.service}="${workloads.pinger}"`;

const platformAlerts: readonly AlertingRule[] = [
  {
    alert: 'TargetDown',
    expr: 'up == 0',
    for: '2m',
    labels: { severity: 'ticket' },
    annotations: {
      summary: 'Prometheus cannot scrape {{ $labels.job }} {{ $labels.pod }}',
      description: 'The target {{ $labels.instance }} has not answered for 2 minutes; what it measures is not judged.',
    },
  },
  {
    alert: 'PingerNotSending',
    expr: `absent(${pingsScheduled.name}{${pinger}}) or sum(rate(${pingsScheduled.name}{${pinger}}[5m])) == 0`,
    for: '2m',
    labels: { severity: 'page' },
    annotations: {
      summary: 'No pings are sent',
      description: 'Without pings no release can be judged: every gate will wait and then pause.',
    },
  },
  {
    alert: 'PingsUnanswered',
    expr:
      `sum(rate(${pingsEnded.name}{${pinger},outcome!~"ok|http_.*"}[5m])) ` +
      `/ (sum(rate(${pingsEnded.name}{${pinger}}[5m])) > 0) > 0.01`,
    for: '5m',
    labels: { severity: 'page' },
    annotations: {
      summary: 'Pings get no answer at all',
      description: '{{ $value | humanizePercentage }} of the pings of the last 5 minutes ended without an answer.',
    },
  },
  {
    alert: 'ReleaseAborted',
    expr: 'rollout_info{phase=~"Abort|Error|Timeout|InvalidSpec"} == 1',
    labels: { severity: 'ticket' },
    annotations: {
      summary: 'The release of {{ $labels.name }} ended in {{ $labels.phase }}',
      description:
        'Rollout {{ $labels.namespace }}/{{ $labels.name }} serves the stable version; the refused one is still in its spec.',
    },
  },
  {
    alert: 'ReleaseWaitsForHuman',
    expr: 'rollout_info{phase="Paused"} == 1',
    for: '15m',
    labels: { severity: 'ticket' },
    annotations: {
      summary: 'The release of {{ $labels.name }} waits for a decision',
      description:
        'The evidence of the gate was inconclusive; promote or abort rollout {{ $labels.namespace }}/{{ $labels.name }}.',
    },
  },
  {
    alert: 'Watchdog',
    expr: 'vector(1)',
    labels: { severity: 'none' },
    annotations: {
      summary: 'Alerting works',
      description: 'Always fires: its absence at the receiver means that alerting is broken.',
    },
  },
];

function pascalCase(words: string): string {
  return words.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`;
}
