import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  LegendDisplayMode,
  LegendPlacement,
} from '@grafana/grafana-foundation-sdk/common';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  FieldColorModeId,
  type GridPos,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as HeatmapBuilder,
  HeatmapColorOptionsBuilder,
  HeatmapColorMode,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dataSources } from './data-sources.ts';

export interface Query {
  readonly expr: string;
  readonly legend: string;
  /** Draws the exemplars of the series inside, each a link to its trace. */
  readonly exemplars?: boolean;
}

/** A horizontal line, and the colour of values from there on. */
export interface Line {
  readonly value: number;
  readonly color: 'green' | 'yellow' | 'orange' | 'red';
}

/** One panel, whatever draws it. */
export interface PanelSpec {
  /** `lines` over time, the `last` value, a `heatmap` of a histogram's buckets, or `states` over time. */
  readonly draws: 'lines' | 'last' | 'heatmap' | 'states';
  readonly title: string;
  /** What is to be seen, and what it means when it moves. */
  readonly description: string;
  /** Grafana's id of a unit, such as `s`, `percentunit`, `reqps`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly lines?: readonly Line[];
  /** Colours of series by the end of their legend; the others have Grafana's. */
  readonly colors?: Readonly<Record<string, string>>;
  /** Alerts whose runbook sections say what to do; each becomes a link. */
  readonly alerts?: readonly string[];
  readonly stacked?: boolean;
  /** For values that span orders of magnitude. */
  readonly logarithmic?: boolean;
  /** Milliseconds between two scrapes of what is queried, where that is longer than the data source's. */
  readonly scrapeIntervalMs?: number;
}

/** Where a panel stands, and what its links need. */
export interface Placement {
  readonly id: number;
  readonly gridPos: GridPos;
  readonly runbookUrl: string;
}

type AnyPanelBuilder = TimeSeriesBuilder | StatBuilder | HeatmapBuilder | StateTimelineBuilder;

/** Builds Grafana's panel. */
export function panel(spec: PanelSpec, placement: Placement): Builder<Panel> {
  const { id, gridPos, runbookUrl } = placement;
  return drawn(spec)
    .id(id)
    .gridPos(gridPos)
    .title(spec.title)
    .description(spec.description)
    .datasource(dataSources.prometheus)
    .unit(spec.unit)
    .links((spec.alerts ?? []).map((alert) => runbookLink(alert, runbookUrl)))
    .targets(spec.queries.map((query, index) => target(query, index, spec)));
}

function drawn(spec: PanelSpec): AnyPanelBuilder {
  switch (spec.draws) {
    case 'lines':
      return lines(spec);
    case 'last':
      return last(spec);
    case 'heatmap':
      return heatmap(spec);
    case 'states':
      return states(spec);
  }
}

/** A legend below, without a table: panels are small, so that a dashboard fits on one screen. */
function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
}

function lines({ lines: drawnLines, stacked, logarithmic }: PanelSpec): TimeSeriesBuilder {
  const builder = new TimeSeriesBuilder().legend(legend()).showPoints(VisibilityMode.Never);
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)).fillOpacity(30);
  if (logarithmic) {
    builder.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10));
  }
  if (drawnLines === undefined) return builder;
  return builder
    .thresholds(thresholds(drawnLines))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

function last({ lines: drawnLines = [] }: PanelSpec): StatBuilder {
  return new StatBuilder()
    .thresholds(thresholds(drawnLines))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
}

/** Prometheus has put the values into buckets already: nothing is left to calculate. */
function heatmap({ unit }: PanelSpec): HeatmapBuilder {
  return new HeatmapBuilder()
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .yAxis(new YAxisConfigBuilder().unit(unit))
    .exemplarsColor('rgba(31,120,193,0.9)')
    .showLegend();
}

/** One row per series, coloured as long as it exists. */
function states({ colors = {} }: PanelSpec): StateTimelineBuilder {
  const builder = new StateTimelineBuilder()
    .showValue(VisibilityMode.Never)
    .mergeValues(true)
    .legend(legend().showLegend(false));
  for (const [end, fixedColor] of Object.entries(colors)) {
    builder.overrideByRegexp(`/${end}$/`, [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  }
  return builder;
}

function thresholds(drawnLines: readonly Line[]): ThresholdsConfigBuilder {
  const [lowest, ...others] = [...drawnLines].sort((a, b) => a.value - b.value);
  // Grafana's first step is the colour of everything below; it has no value.
  const base: Threshold = { value: null, color: lowest?.value === -Infinity ? lowest.color : 'text' };
  const steps = lowest === undefined || lowest.value === -Infinity ? others : [lowest, ...others];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([base, ...steps]);
}

function target({ expr, legend: name, exemplars = false }: Query, index: number, spec: PanelSpec): DataqueryBuilder {
  const builder = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(dataSources.prometheus)
    .expr(expr)
    .legendFormat(name)
    .exemplar(exemplars);
  // Grafana derives $__rate_interval from it: four scrapes at least.
  if (spec.scrapeIntervalMs !== undefined) builder.interval(`${spec.scrapeIntervalMs / 1000}s`);
  if (spec.draws === 'heatmap') builder.format(PromQueryFormat.Heatmap);
  return spec.draws === 'last' ? builder.instant() : builder.range();
}

/** The anchor of a heading is the heading in lower case. */
function runbookLink(alert: string, runbookUrl: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(DashboardLinkType.Link)
    .url(`${runbookUrl}#${alert.toLowerCase()}`)
    .targetBlank(true);
}
