import { targetLabels } from '@observed-rollouts/contract';
import {
  type Objective,
  releaseLines,
  releasePanelQueries as queries,
  type ServiceLevel,
} from '@observed-rollouts/slo';
import { platformScrapeIntervalMs } from '../constructs/prometheus-config.ts';
import type { DashboardSpec } from './dashboard.ts';
import type { PanelSpec } from './panel.ts';
import { judgedService, releasedVersions } from './variables.ts';

const byVersion = `{{${targetLabels.version}}} {{${targetLabels.podTemplateHash}}}`;
const scrapeIntervalMs = platformScrapeIntervalMs;

/** The canary against the version that it replaces, and the evidence that the analysis judges it by. */
export function releaseDashboard(level: ServiceLevel): DashboardSpec {
  const { objectives } = level;
  return {
    uid: 'observed-rollouts-release',
    title: 'Release',
    description: 'Is the new version as good as the one that it replaces, and what will the analysis decide?',
    shows: '30m',
    variables: [...judgedService(level), ...releasedVersions],
    annotations: ['phases', 'verdicts', 'alerts'],
    rows: [
      { height: 5, panels: [phase, weight, answers(level)] },
      { height: 6, panels: [...objectives.map((objective) => badShare(objective, level)), latency(level)] },
      {
        height: 7,
        panels: [...objectives.map((objective) => gate(objective, level)), comparison(level), watch(level)],
      },
    ],
  };
}

const phase: PanelSpec = {
  draws: 'states',
  title: 'Phases',
  description: 'The phase that the Rollout is in, and those of the analyses of the canary, over time',
  unit: 'none',
  queries: [
    { expr: queries.phase, legend: 'rollout {{phase}}' },
    { expr: queries.analysisPhase, legend: 'analysis {{phase}}' },
  ],
  // The phases of Argo Rollouts' metrics; source: controller/metrics/prommetrics.go and the phases of an AnalysisRun.
  colors: {
    '(Completed|Successful)': 'green',
    '(Progressing|Pending|Running)': 'blue',
    '(Paused|Inconclusive)': 'orange',
    '(Abort|Failed|Error|Timeout|InvalidSpec)': 'red',
  },
  alerts: ['ReleaseAborted', 'ReleaseWaitsForHuman', 'ReleaseTakesTooLong'],
  scrapeIntervalMs,
};

const weight: PanelSpec = {
  draws: 'lines',
  title: 'Weight of the canary',
  description:
    "The canary's part of the pods that answer scrapes, and of the replicas that the controller has moved: the weight that the step asks for",
  unit: 'percentunit',
  queries: [
    { expr: queries.shareOfPods, legend: 'of the pods' },
    { expr: queries.shareOfReplicas, legend: 'of the replicas' },
  ],
  alerts: ['ReleaseTakesTooLong'],
  scrapeIntervalMs,
};

function answers(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Answers per second',
    description:
      'What each version answers, one upon the other; proportional to its pods unless the traffic passes it by',
    unit: 'reqps',
    queries: [{ expr: queries.answersByVersion(level), legend: byVersion }],
    stacked: true,
    alerts: ['PingAnswersNotCounted'],
  };
}

function badShare(objective: Objective, level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: `Share of ${objective.name}`,
    description: `Of both versions. Lines: the share that the objective allows, and the share that a release is refused for`,
    unit: 'percentunit',
    queries: [{ expr: queries.badShareByVersion(objective, level), legend: byVersion }],
    lines: [
      { value: objective.acceptable, color: 'orange' },
      { value: objective.refused, color: 'red' },
    ],
    alerts: ['CanaryBeingJudged'],
  };
}

function latency(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Duration of answers',
    description: 'Median and 90th percentile of both versions. A dot is one answer: it links to its trace',
    unit: 's',
    queries: [0.5, 0.9].map((quantile) => ({
      expr: queries.latencyByVersion(quantile, level),
      legend: `p${quantile * 100} ${byVersion}`,
      exemplars: quantile === 0.9,
    })),
    lines: latencyBounds(level),
  };
}

/** The bounds of the objectives of latency, in seconds. */
export function latencyBounds({ objectives }: ServiceLevel) {
  return objectives.flatMap(({ indicator }) =>
    indicator.kind === 'latency' ? [{ value: indicator.boundSeconds, color: 'red' as const }] : [],
  );
}

function gate(objective: Objective, level: ServiceLevel): PanelSpec {
  const { accept, reject } = releaseLines.gate(objective, level);
  const walks = queries.gate(objective, level);
  return {
    draws: 'lines',
    title: `Gate: ${objective.name}`,
    description:
      `The log-likelihood ratio of the canary's answers since its pods started. The judged value passes at or below ${accept}. ` +
      `At or above the reject bound, ${reject}, the objective's own test is against the canary; it aborts there if the canary is also clearly worse than stable, ` +
      'which is what the comparison says, moved so that both have the same bound. The judged value is the lower of the two.',
    unit: 'none',
    queries: [
      { expr: walks.judged, legend: 'judged' },
      { expr: walks.own, legend: 'own test' },
      { expr: walks.comparison, legend: 'against stable' },
    ],
    lines: [
      { value: accept, color: 'green' },
      { value: reject, color: 'red' },
    ],
    alerts: ['ReleaseAborted', 'ReleaseWaitsForHuman'],
  };
}

function comparison(level: ServiceLevel): PanelSpec {
  return {
    draws: 'lines',
    title: 'Comparison with stable',
    description:
      `Evidence that the canary fails more often than stable, whatever their common share is: at ${releaseLines.comparison} the canary is to blame. ` +
      'An outage that both share leaves it near or below 0.',
    unit: 'none',
    queries: level.objectives.map((objective) => ({
      expr: queries.comparison(objective, level),
      legend: objective.name,
    })),
    lines: [{ value: releaseLines.comparison, color: 'red' }],
    alerts: ['ReleaseAborted'],
  };
}

function watch(level: ServiceLevel): PanelSpec {
  const needed = releaseLines.watch(level);
  return {
    draws: 'lines',
    title: 'Watch',
    description:
      `Evidence that an objective is broken, as a multiple of none: 1 is no evidence, ${needed} is met by chance once in ${needed} good releases. ` +
      'From there on the comparison decides between abort and pause, until the release ends.',
    unit: 'none',
    queries: level.objectives.map((objective) => ({ expr: queries.watch(objective, level), legend: objective.name })),
    lines: [{ value: needed, color: 'red' }],
    logarithmic: true,
    alerts: ['ReleaseAborted', 'ReleaseWaitsForHuman'],
  };
}
