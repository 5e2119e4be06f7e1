import { targetLabels } from '@observed-rollouts/contract';
import {
  budgetSections,
  burnLines,
  leastAnswersLine,
  type Objective,
  objectivePanelQueries as queries,
  type ServiceLevel,
} from '@observed-rollouts/slo';
import type { DashboardSpec } from './dashboard.ts';
import type { PanelSpec } from './panel.ts';
import { judgedService } from './variables.ts';

/** What is left of the budgets, and how fast they go. */
export function objectivesDashboard(level: ServiceLevel): DashboardSpec {
  const { objectives } = level;
  return {
    uid: 'observed-rollouts-slo',
    title: 'SLO',
    description: 'How much of each budget is left, how fast is it used up, and by which version?',
    shows: '6h',
    variables: judgedService(level),
    annotations: ['phases', 'verdicts', 'alerts'],
    rows: [
      ...objectives.map((objective) => ({
        height: Math.floor(12 / objectives.length),
        panels: [{ ...budgetLeft(objective, level), width: 4 }, burn(objective), burnByVersion(objective, level)],
      })),
      {
        height: 6,
        panels: [{ ...alertsFiring(objectives), width: 4 }, ...objectives.map((it) => answersInWindow(it, level))],
      },
    ],
  };
}

function budgetLeft(objective: Objective, level: ServiceLevel): PanelSpec {
  return {
    draws: 'last',
    title: `Budget left: ${objective.name}`,
    description: 'Of the time shown: 100 % is untouched, 0 % is used up, below that the objective was broken',
    unit: 'percentunit',
    queries: [{ expr: queries.budgetLeft(objective, level), legend: `{{${targetLabels.service}}}` }],
    lines: [
      { value: -Infinity, color: 'red' },
      { value: 0, color: 'orange' },
      { value: 0.5, color: 'green' },
    ],
    alerts: budgetSections(objective),
  };
}

function burn(objective: Objective): PanelSpec {
  const lines = burnLines(objective);
  const said = lines.map(({ window, burn: factor, severity }) => `${factor} over ${window} (${severity})`).join(', ');
  return {
    draws: 'lines',
    title: `Burn rate: ${objective.name}`,
    description: `1 uses the budget up exactly; alerts fire at ${said}, when the shorter window of each says so, too`,
    unit: 'short',
    queries: queries.burnRates(objective).map(({ window, expr }) => ({ expr, legend: window })),
    lines: lines.map(({ burn: value, severity }) => ({ value, color: severity === 'page' ? 'red' : 'orange' })),
    alerts: budgetSections(objective),
  };
}

function burnByVersion(objective: Objective, level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: `Burn rate by version: ${objective.name}`,
    description: 'Which version uses the budget up, right now; the line is what the objective allows',
    unit: 'short',
    queries: [
      {
        expr: queries.burnByVersion(objective, level),
        legend: `{{${targetLabels.version}}} {{${targetLabels.podTemplateHash}}}`,
      },
    ],
    lines: [{ value: 1, color: 'orange' }],
    alerts: ['CanaryBeingJudged'],
  };
}

function alertsFiring(objectives: readonly Objective[]): PanelSpec {
  return {
    draws: 'last',
    title: 'Alerts that fire',
    description: 'Alerts on the objectives of this service that fire, pages and tickets',
    unit: 'short',
    queries: [{ expr: queries.alertsFiring, legend: 'alerts' }],
    lines: [
      { value: -Infinity, color: 'green' },
      { value: 1, color: 'red' },
    ],
    alerts: objectives.flatMap(budgetSections),
  };
}

function answersInWindow(objective: Objective, level: ServiceLevel): PanelSpec {
  const [{ window } = { window: '1h' }] = burnLines(objective);
  return {
    draws: 'lines',
    title: `Answers in ${window}: ${objective.name}`,
    description: `What the fastest alert has to judge by; at ${leastAnswersLine} or fewer it is silent, whatever the share`,
    unit: 'short',
    queries: [{ expr: queries.answersInWindow(objective, level, window), legend: `answers in ${window}` }],
    lines: [
      { value: -Infinity, color: 'orange' },
      { value: leastAnswersLine, color: 'green' },
    ],
    alerts: ['PingAnswersNotCounted'],
  };
}
