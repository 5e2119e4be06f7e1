import { targetLabels } from '@observed-rollouts/contract';
import { pingMetric } from '../answer-metric.ts';
import type { Objective } from '../objective.ts';
import { badShare, indicatorSelectors, judgedAnswers } from '../promql.ts';
import type { Alert, RecordingRule } from './rule.ts';

/** A condition on two windows: the long one gives significance, the short one a fast end. */
interface BudgetWindow {
  readonly long: string;
  readonly short: string;
  /** Share of bad answers that both windows must exceed. */
  readonly threshold: number;
  readonly severity: 'page' | 'ticket';
  /** Multiple of the acceptable share; absent for an outage. */
  readonly factor?: number;
}

/** Source: Google SRE workbook, chapter 5, for a budget of 30 days. */
const burnWindows = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'page' },
  { long: '6h', short: '30m', factor: 6, severity: 'page' },
  { long: '1d', short: '2h', factor: 3, severity: 'ticket' },
  { long: '3d', short: '6h', factor: 1, severity: 'ticket' },
] as const;

/** Answers in the window that decides below which a share is noise, not evidence. */
export const leastAnswers = 100;

/** Labels that outlive a release. */
export const byService = [targetLabels.namespace, targetLabels.service] as const;

/**
 * The windows of one objective, fastest first.
 *
 * Left out is a burn that can't be reached: with an acceptable share of 10 % nothing burns 14.4 times as fast. A loose objective, of which the fastest burn
 * alert would watch a total outage for more than half an hour, gets a window of its own for outages.
 */
export function budgetWindows({ acceptable }: Objective): readonly BudgetWindow[] {
  const burns: BudgetWindow[] = burnWindows
    .map((window) => ({ ...window, threshold: Number((window.factor * acceptable).toFixed(6)) }))
    .filter(({ threshold }) => threshold < 1);
  if (burnWindows[0].factor * acceptable <= 0.5) return burns;
  // Halfway between what is fine and nothing but bad answers.
  const threshold = Number(((1 + acceptable) / 2).toFixed(6));
  return [{ long: '15m', short: '5m', threshold, severity: 'page' }, ...burns];
}

/** Name of the recorded share of bad answers of one objective over one window. */
export function badShareRecord({ name }: Pick<Objective, 'name'>, window: string): string {
  return `service:ping_${name.replaceAll('-', '_')}:ratio_rate${window}`;
}

/** The share of bad answers over every window that an alert compares. */
export function budgetRecords(objective: Objective): RecordingRule[] {
  const { indicator } = objective;
  const windows = new Set(budgetWindows(objective).flatMap(({ long, short }) => [short, long]));
  return [...windows].map((window) => ({
    record: badShareRecord(objective, window),
    expr: badShare(indicator, judgedAnswers(indicator.metric ?? pingMetric), window, byService),
  }));
}

export function budgetAlerts(objective: Objective): Alert[] {
  return budgetWindows(objective).map((window) => {
    const { long, short, threshold, severity } = window;
    return {
      alert: `${sectionOf(objective, window)}${window.factor === undefined ? '' : long.toUpperCase()}`,
      expr:
        `${badShareRecord(objective, long)} > ${threshold} and ${badShareRecord(objective, short)} > ${threshold} ` +
        `and ${answersIn(objective, long)} > ${leastAnswers}`,
      labels: { severity, objective: objective.name, window: long },
      annotations: {
        summary: summaryOf(objective, window),
        description:
          `{{ $value | humanizePercentage }} of the answers in the last ${long} were bad, ` +
          `the objective is ${percent(objective.acceptable)}.`,
      },
      section: sectionOf(objective, window),
    };
  });
}

/** All answers of a window by service. */
export function answersIn({ indicator }: Objective, window: string, except = ''): string {
  const { total } = indicatorSelectors(indicator, judgedAnswers(indicator.metric ?? pingMetric));
  return `sum by (${byService.join(', ')}) (increase(${total}[${window}])${except})`;
}

/** Runbook sections of the alerts of one objective. */
export function budgetSections(objective: Objective): readonly string[] {
  return [...new Set(budgetWindows(objective).map((window) => sectionOf(objective, window)))];
}

function sectionOf({ name }: Objective, { factor }: BudgetWindow): string {
  return `Ping${pascalCase(name)}${factor === undefined ? 'Outage' : 'BudgetBurn'}`;
}

function summaryOf({ name }: Objective, { factor }: BudgetWindow): string {
  if (factor === undefined) return `Most answers of {{ $labels.service }} are ${name}`;
  const burn = factor === 1 ? 'is used up before the month ends' : `burns ${factor} times too fast`;
  return `The ${name} budget of {{ $labels.service }} ${burn}`;
}

function pascalCase(words: string): string {
  return words.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`;
}
