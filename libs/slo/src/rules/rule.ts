/** A Prometheus recording rule. */
export interface RecordingRule {
  /** `level:metric:operations`. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Who is told: `page` wakes somebody, `ticket` is for working hours, `none` is for machines
 * (an inhibition, a dead man's switch).
 */
export const severities = ['page', 'ticket', 'none'] as const;
export type Severity = (typeof severities)[number];

/** Labels that rules attach and that Alertmanager routes and inhibits by. */
export const alertLabels = {
  severity: 'severity',
  /** Name of an objective; with {@link alertLabels.window} it makes the alerts of one budget comparable. */
  objective: 'objective',
  /** The long window of a burn rate. */
  window: 'window',
} as const;

/** A Prometheus alerting rule; its annotations may hold Go templates (`{{ $value }}`). */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** Prometheus duration that the expression must hold. */
  readonly for?: string;
  readonly labels: Readonly<Record<'severity', Severity> & Record<string, string>>;
  readonly annotations: Readonly<Record<'summary' | 'description' | 'runbook_url', string>>;
}

export interface RuleGroup {
  readonly name: string;
  /** Prometheus duration between two evaluations; absent: as Prometheus is configured. */
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** An alert before it knows where its runbook is. */
export type Alert = Omit<AlertingRule, 'annotations'> & {
  readonly annotations: Readonly<Record<'summary' | 'description', string>>;
  /** Heading of its section in the runbook, when several alerts share one. */
  readonly section?: string;
};

/**
 * A gauge as its last scrape that succeeded showed it, for up to two minutes.
 *
 * Prometheus marks the series of a target as gone when one scrape of it fails: an alert on the bare gauge would end, or begin its patience anew.
 */
export function lastSeen(selector: string): string {
  return `last_over_time(${selector}[2m])`;
}

/** The alerts as Prometheus takes them: each with the address of its runbook section, whose anchor is the heading in lower case. */
export function withRunbook(alerts: readonly Alert[], runbookUrl: string): AlertingRule[] {
  return alerts.map(({ section, annotations, ...rule }) => ({
    ...rule,
    annotations: { ...annotations, runbook_url: `${runbookUrl}#${(section ?? rule.alert).toLowerCase()}` },
  }));
}
