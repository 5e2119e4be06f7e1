import { GraphThresholdsStyleConfigBuilder, GraphThresholdsStyleMode } from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { targetLabels } from '@observed-rollouts/contract';
import { gateTest, type Objective, panelQueries, type ServiceLevel } from '@observed-rollouts/slo';
import { dataSources } from './data-sources.ts';

/** Dashboard variable that holds the pod-template hash whose gate is drawn. */
const hashVariable = 'version_hash';
/** Grafana's grid is 24 wide: two panels in a row. */
const panelSize = { w: 12, h: 8 };
const versionLegend = `{{${targetLabels.version}}} {{${targetLabels.podTemplateHash}}}`;

interface Query {
  readonly expr: string;
  readonly legend: string;
  /** Draws the exemplars of the series inside, each a link to its trace. */
  readonly exemplars?: boolean;
}

interface PanelProps {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly lines?: readonly Threshold[];
}

/** The first dashboard: requests, errors and durations by version, what the pinger saw, and the walk of the gate between its bounds. */
export function releaseDashboard(level: ServiceLevel): Dashboard {
  const panels = [
    requestRate,
    ...level.objectives.map(badShare),
    latency,
    pingOutcomes,
    pingLatency,
    ...level.objectives.map((objective) => gateWalk(objective, level)),
  ];
  const builder = new DashboardBuilder('Release of ping-service')
    .uid('release-ping-service')
    .description('How each version of ping-service answers, and how the release gate judges the one chosen above')
    .tags(['observed-rollouts'])
    .timezone('browser')
    .time({ from: 'now-30m', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(versionVariable());
  panels.forEach((panel, index) => builder.withPanel(timeSeries(panel, index)));
  return builder.build();
}

function versionVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder(hashVariable)
    .label('Version (pod-template hash)')
    .query(panelQueries.versionHashes)
    .datasource(dataSources.prometheus)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .allowCustomValue(false);
}

const requestRate: PanelProps = {
  title: 'Answers per second by version',
  description: 'Share of the traffic that each version gets: proportional to its pods',
  unit: 'reqps',
  queries: [{ expr: panelQueries.requestRateByVersion, legend: versionLegend }],
};

function badShare(objective: Objective): PanelProps {
  return {
    title: `Share of bad answers by version: ${objective.name}`,
    description: 'Lines: the share that the objective allows, and the share that a release is refused for',
    unit: 'percentunit',
    queries: [{ expr: panelQueries.badShareByVersion(objective), legend: versionLegend }],
    lines: [
      { value: null, color: 'green' },
      { value: objective.acceptable, color: 'orange' },
      { value: objective.refused, color: 'red' },
    ],
  };
}

const quantiles = [0.5, 0.9, 0.99] as const;

const latency: PanelProps = {
  title: 'Duration of answers by version',
  description: 'Median, 90th and 99th percentile; a dot is one answer and links to its trace',
  unit: 's',
  queries: quantiles.map((quantile) => ({
    expr: panelQueries.latencyQuantileByVersion(quantile),
    legend: `p${quantile * 100} ${versionLegend}`,
    exemplars: quantile === 0.9,
  })),
};

const pingOutcomes: PanelProps = {
  title: 'Pings per second by outcome',
  description: 'What the pinger saw, each ping counted once',
  unit: 'reqps',
  queries: [{ expr: panelQueries.pingOutcomes, legend: '{{outcome}}', exemplars: true }],
};

const pingLatency: PanelProps = {
  title: 'Latency of pings from their intended start',
  description: 'As a user would feel it: a stalled service shows here even when few pings get through',
  unit: 's',
  queries: quantiles.map((quantile) => ({
    expr: panelQueries.pingLatencyQuantile(quantile),
    legend: `p${quantile * 100}`,
    exemplars: quantile === 0.9,
  })),
};

function gateWalk(objective: Objective, level: ServiceLevel): PanelProps {
  const { accept, reject } = gateTest(objective, level);
  return {
    title: `Walk of the gate: ${objective.name}`,
    description: `Evidence since the chosen version's pods started: passes at ${accept}, aborts at ${reject}`,
    unit: 'none',
    queries: [{ expr: panelQueries.gateWalk(objective, level, hashVariable), legend: objective.name }],
    lines: [
      { value: null, color: 'green' },
      { value: accept, color: 'yellow' },
      { value: reject, color: 'red' },
    ],
  };
}

function timeSeries({ title, description, unit, queries, lines }: PanelProps, index: number): PanelBuilder {
  const builder = new PanelBuilder()
    .id(index + 1)
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(dataSources.prometheus)
    .gridPos({ ...panelSize, x: (index % 2) * panelSize.w, y: Math.floor(index / 2) * panelSize.h })
    .targets(queries.map(dataQuery));
  if (lines === undefined) return builder;
  return builder
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...lines]))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

function dataQuery({ expr, legend, exemplars = false }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(dataSources.prometheus)
    .expr(expr)
    .legendFormat(legend)
    .exemplar(exemplars)
    .range();
}
