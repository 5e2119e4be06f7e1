import type { PlatformService } from '@observed-rollouts/contract';
import type { ServiceLevel } from './objective.ts';
import { answerRecords } from './recorded-answers.ts';
import { alertmanagerAlerts } from './rules/alertmanager.ts';
import { argoRolloutsAlerts } from './rules/argo-rollouts.ts';
import { budgetAlerts, budgetRecords } from './rules/budget.ts';
import { judgementAlerts, judgementRecords } from './rules/canary.ts';
import { pingAlerts } from './rules/pings.ts';
import { prometheusAlerts, tellingAlerts } from './rules/prometheus.ts';
import { type Alert, type RuleGroup, withRunbook } from './rules/rule.ts';
import { targetAlerts } from './rules/targets.ts';
import { tempoAlerts } from './rules/tempo.ts';
import { watchdogAlert } from './rules/watchdog.ts';

export { heartbeatReceiver } from './rules/alertmanager.ts';
export { badShareRecord } from './rules/budget.ts';
export { canaryBeingJudged } from './rules/canary.ts';
export { alertLabels } from './rules/rule.ts';
export type { AlertingRule, RecordingRule, RuleGroup, Severity } from './rules/rule.ts';
export { downAlerts } from './rules/targets.ts';
export { watchdog } from './rules/watchdog.ts';

/** What is watched beside the objectives. */
export interface WatchedPlatform {
  /** Systems that are to be there: the absence of each is an alert. */
  readonly systems: readonly PlatformService[];
  /** Whether an Alertmanager, ours or another, is told of alerts. */
  readonly alertsAreTold: boolean;
  /** Share of the traces that are kept, from 0 to 1. */
  readonly traceSampleRatio: number;
}

/**
 * The rules of the objectives.
 *
 * Shape: records before the alerts that compare them; the alert that keeps pages back before the pages.
 *
 * @param runbookUrl address of the page with a section for each alert.
 */
export function serviceLevelRules(level: ServiceLevel, runbookUrl: string): RuleGroup[] {
  const { objectives } = level;
  const alerts = [...judgementAlerts(objectives), ...objectives.flatMap(budgetAlerts)];
  return [
    ...answerRecords(level),
    { name: 'service-level-records', rules: objectives.flatMap(budgetRecords) },
    { name: 'judgement-records', rules: judgementRecords(objectives) },
    { name: 'service-level-alerts', rules: withRunbook(alerts, runbookUrl) },
  ];
}

/** The alerts on the platform that measures, judges and tells; one group per system, so that one that fails doesn't hide the others. */
export function platformRules(
  { systems, alertsAreTold, traceSampleRatio }: WatchedPlatform,
  runbookUrl: string,
): RuleGroup[] {
  const group = (name: string, alerts: readonly Alert[]) => ({ name, rules: withRunbook(alerts, runbookUrl) });
  return [
    group('watchdog', [watchdogAlert]),
    group('ping-alerts', pingAlerts),
    group('target-alerts', targetAlerts(systems)),
    group('prometheus-alerts', alertsAreTold ? [...prometheusAlerts, ...tellingAlerts] : prometheusAlerts),
    group('alertmanager-alerts', alertmanagerAlerts),
    group('tempo-alerts', tempoAlerts(traceSampleRatio)),
    group('argo-rollouts-alerts', argoRolloutsAlerts),
  ];
}
