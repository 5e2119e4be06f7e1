import { targetLabels } from '@observed-rollouts/contract';
import { pingMetric } from '../answer-metric.ts';
import type { Objective } from '../objective.ts';
import { badShare, judgedAnswers } from '../promql.ts';
import { answersIn, budgetWindows, byService, leastAnswers } from './budget.ts';
import type { Alert, RecordingRule } from './rule.ts';

const { podTemplateHash } = targetLabels;
const version = [...byService, podTemplateHash].join(', ');
const service = byService.join(', ');

/** 1 for each version that an AnalysisRun is looking at right now. */
const analysisRunning = 'version:analysis_running:max';

/**
 * The versions that releases judge right now.
 *
 * An AnalysisRun is named `<rollout>-<pod-template hash>-<revision>…`, and a Rollout like its service.
 * Source: Argo Rollouts 1.9 rollout/analysis.go.
 */
export function judgementRecords(objectives: readonly Objective[]): RecordingRule[] {
  const services = new Set(objectives.map(({ indicator }) => (indicator.metric ?? pingMetric).service));
  const running = [...services].map((name) => {
    const runs = `analysis_run_info{name=~"${name}-[a-z0-9]+-[0-9]+.*",phase="Running"}`;
    const ofService = `label_replace(${runs}, "${targetLabels.service}", "${name}", "", "")`;
    return `label_replace(${ofService}, "${podTemplateHash}", "$1", "name", "${name}-([a-z0-9]+)-[0-9]+.*")`;
  });
  return [
    { record: analysisRunning, expr: `max by (${version}) (${running.join(' or ')})` },
    ...[...new Set(objectives.flatMap(pageWindows).map(({ short }) => short))].map((window) => ({
      record: judgedRecord(window),
      expr:
        `${analysisRunning} or (max_over_time(${analysisRunning}[${window}]) and on (${service}) ` +
        `label_replace(rollout_info{phase="Abort"}, "${targetLabels.service}", "$1", "name", "(.+)"))`,
    })),
    ...objectives.flatMap((objective) =>
      [...new Set(pageWindows(objective).map(({ short }) => short))].map((window) => ({
        record: unjudgedShareRecord(objective, window),
        expr: badShare(
          objective.indicator,
          judgedAnswers(objective.indicator.metric ?? pingMetric),
          window,
          byService,
          unlessJudged(window),
        ),
      })),
    ),
  ];
}

/**
 * One silent alert per page: it fires while a release judges a version and the other versions alone wouldn't page.
 * Alertmanager then keeps the page of the same service, objective and window back.
 *
 * What it needs is positive evidence: without the controller's metrics, and without enough answers of other versions, it is silent and the page goes out.
 */
export function judgementAlerts(objectives: readonly Objective[]): Alert[] {
  return objectives.flatMap((objective) =>
    pageWindows(objective).map(({ long, short, threshold }) => ({
      alert: canaryBeingJudged,
      expr:
        `${unjudgedShareRecord(objective, short)} <= ${threshold} ` +
        `and ${answersIn(objective, short, unlessJudged(short))} > ${leastAnswers} ` +
        `and max by (${service}) (${judgedRecord(short)})`,
      labels: { severity: 'none' as const, objective: objective.name, window: long },
      annotations: {
        summary: 'A release of {{ $labels.service }} is being judged',
        description:
          `Without the version that is judged, {{ $value | humanizePercentage }} of the answers in the last ${short} were bad: ` +
          `a page for ${objective.name} over ${long} would be about that version only, and its release decides.`,
      },
    })),
  );
}

/** Name of the alert that keeps pages back. */
export const canaryBeingJudged = 'CanaryBeingJudged';

function pageWindows(objective: Objective) {
  return budgetWindows(objective).filter(({ severity }) => severity === 'page');
}

/** The versions that are judged, or were within the window in a release that is now aborted: their answers are still in it. */
function judgedRecord(window: string): string {
  return `version:analysis_judged:max${window}`;
}

/** The share of bad answers of the versions that no release judges. */
function unjudgedShareRecord({ name }: Objective, window: string): string {
  return `service:ping_${name.replaceAll('-', '_')}_unjudged:ratio_rate${window}`;
}

function unlessJudged(window: string): string {
  return ` unless on (${version}) ${judgedRecord(window)}`;
}
