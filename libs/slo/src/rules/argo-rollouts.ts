import { platformServices, targetLabels } from '@observed-rollouts/contract';
import { type Alert, lastSeen } from './rule.ts';

const service = platformServices.argoRollouts;
const byRelease = `${targetLabels.namespace}, name`;

/**
 * What releases need somebody for. A series of `rollout_info` or `analysis_run_info` exists in one phase at a time, with the value 1.
 *
 * Source: Argo Rollouts 1.9 controller/metrics; the phases of a metric are not the words of the status.
 */
export const argoRolloutsAlerts: readonly Alert[] = [
  {
    alert: 'ReleaseAborted',
    expr: `max by (${byRelease}, phase) (${lastSeen('rollout_info{phase=~"Abort|Error|Timeout|InvalidSpec"}')}) == 1`,
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The release of {{ $labels.name }} ended in {{ $labels.phase }}',
      description:
        'Rollout {{ $labels.namespace }}/{{ $labels.name }} serves the stable version; the refused one is still in its spec (rollout_info = {{ $value }}).',
    },
  },
  {
    alert: 'ReleaseWaitsForHuman',
    expr: `max by (${byRelease}) (${lastSeen('rollout_info{phase="Paused"}')}) == 1`,
    for: '15m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The release of {{ $labels.name }} waits for a decision',
      description:
        'The evidence was inconclusive for 15 minutes (rollout_info = {{ $value }}); promote or abort rollout {{ $labels.namespace }}/{{ $labels.name }}.',
    },
  },
  {
    alert: 'ReleaseTakesTooLong',
    expr: `max by (${byRelease}) (${lastSeen('rollout_info{phase="Progressing"}')}) == 1`,
    for: '30m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The release of {{ $labels.name }} makes no progress',
      description:
        'Rollout {{ $labels.namespace }}/{{ $labels.name }} has been progressing for 30 minutes (rollout_info = {{ $value }}): pods, analysis or controller hang.',
    },
  },
  {
    alert: 'AnalysisErrored',
    // For an hour after it happened: runs are kept for long after their release. Seen at any time of the hour before, so that scrapes that failed then don't report it again.
    expr:
      `max by (${byRelease}) (${lastSeen('analysis_run_info{phase="Error"}')}) ` +
      `unless on (${byRelease}) last_over_time(analysis_run_info{phase="Error"}[1h] offset 1h)`,
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The analysis {{ $labels.name }} could not be measured',
      description:
        'The run in {{ $labels.namespace }} ended in Error (analysis_run_info = {{ $value }}): its release was stopped for want of answers from Prometheus.',
    },
  },
  {
    alert: 'ReleaseNotReconciled',
    expr:
      `sum by (${byRelease}) (increase(rollout_reconcile_error[10m])) > 0 ` +
      `or sum by (${byRelease}) (increase(analysis_run_reconcile_error[10m])) > 0`,
    for: '10m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'The controller fails to carry out {{ $labels.name }}',
      description:
        '{{ $value | humanize }} attempts on {{ $labels.namespace }}/{{ $labels.name }} failed within 10 minutes.',
    },
  },
];
