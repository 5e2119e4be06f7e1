import { targetLabels } from '@observed-rollouts/contract';
import type { Objective, ServiceLevel } from '../objective.ts';
import { badShare, indicatorSelectors } from '../promql.ts';
import { badShareRecord, budgetWindows, leastAnswers } from '../rules/budget.ts';
import { alertLabels } from '../rules/rule.ts';
import { chosenAnswers, chosenService } from './dashboard-variables.ts';

const chosen = chosenService.join(',');

/** What is left of the budget of each objective, and how fast it goes. */
export const objectivePanelQueries = {
  /** From 1 (nothing used) over 0 (used up) into the negative, over the shown time. */
  budgetLeft: ({ indicator, acceptable }: Objective, level: ServiceLevel) =>
    `1 - (${badShare(indicator, chosenAnswers(level), '$__range', [targetLabels.service])}) / ${acceptable}`,
  /** Multiples of the acceptable share, one query per window that an alert compares; recorded by the rules. */
  burnRates: (objective: Objective) =>
    windowsOf(objective).map((window) => ({
      window,
      expr: `sum by (${targetLabels.service}) (${badShareRecord(objective, window)}{${chosen}}) / ${objective.acceptable}`,
    })),
  /** Which version uses the budget up, in multiples of what is acceptable. */
  burnByVersion: ({ indicator, acceptable }: Objective, level: ServiceLevel) => {
    const by = [targetLabels.version, targetLabels.podTemplateHash];
    return `(${badShare(indicator, chosenAnswers(level), '$__rate_interval', by)}) / ${acceptable}`;
  },
  /** Answers in the shortest window that an alert is silent below. */
  answersInWindow: ({ indicator }: Objective, level: ServiceLevel, window: string) => {
    const { total } = indicatorSelectors(indicator, chosenAnswers(level));
    return `sum(increase(${total}[${window}]))`;
  },
  /** Alerts on objectives that fire, without those for machines. */
  alertsFiring: `sum(ALERTS{alertstate="firing",${alertLabels.severity}=~"page|ticket",${alertLabels.objective}!="",${chosen}}) or vector(0)`,
} as const;

/** The long windows that an alert compares, and the burn that it fires at; fastest first. */
export function burnLines(objective: Objective) {
  return budgetWindows(objective).map(({ long, threshold, severity }) => ({
    window: long,
    severity,
    burn: Number((threshold / objective.acceptable).toFixed(2)),
  }));
}

/** Fewest answers in the window of the fastest alert for which it speaks. */
export const leastAnswersLine = leastAnswers;

function windowsOf(objective: Objective): readonly string[] {
  return [...new Set(budgetWindows(objective).flatMap(({ short, long }) => [short, long]))];
}
