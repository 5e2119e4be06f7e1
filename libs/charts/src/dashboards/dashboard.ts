import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  TimePickerBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { annotationQueries, versionOfSeries } from '@observed-rollouts/slo';
import { platformScrapeIntervalMs } from '../constructs/prometheus-config.ts';
import { dataSources } from './data-sources.ts';
import { type PanelSpec, panel } from './panel.ts';

/** Grafana's grid is 24 units wide. */
const gridWidth = 24;

/**
 * Grid units that are seen at once on a laptop screen of 1440 × 900.
 *
 * A unit is 30 pixels and 8 between two, so that 18 are 676; browser, Grafana's own bars and the variables take the other 224.
 */
export const screenHeight = 18;

const tag = 'observed-rollouts';

/** Panels beside each other, of equal widths unless they say otherwise. */
export interface Row {
  /** Grid units. */
  readonly height: number;
  readonly panels: readonly (PanelSpec & { readonly width?: number })[];
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** `label_values(…)` or `query_result(…)`. */
  readonly query: string;
  /** Whether the query yields versions, whose text and value are parts of a series; they stay in its order. */
  readonly versions?: boolean;
  /** Whether several values, or all, can be chosen. */
  readonly several?: boolean;
}

type AnnotationName = keyof typeof annotationQueries;

export interface DashboardSpec {
  /** Part of its address and of links to it: never changes. */
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  /** How far back it looks at first, such as `30m`. */
  readonly shows: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly AnnotationName[];
  readonly rows: readonly Row[];
}

/** Builds a dashboard; its `runbookUrl` is the page that panels link to. */
export function dashboard(spec: DashboardSpec, runbookUrl: string): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([tag])
    .timezone('browser')
    .time({ from: `now-${spec.shows}`, to: 'now' })
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '10s', '30s', '1m', '5m']))
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .link(otherDashboards());
  for (const variable of spec.variables) builder.withVariable(queryVariable(variable));
  for (const name of spec.annotations) builder.annotation(annotation(name));
  for (const { panel: each, ...place } of placed(spec.rows)) builder.withPanel(panel(each, { ...place, runbookUrl }));
  return withVisibleControls(builder.build());
}

/** The builders put links and annotations into a menu, where nobody looks for them. */
function withVisibleControls(built: Dashboard): Dashboard {
  const { list = [] } = built.annotations;
  const visible = <T extends { readonly placement?: unknown }>({ placement: _menu, ...shown }: T) => shown;
  return { ...built, annotations: { list: list.map(visible) }, links: (built.links ?? []).map(visible) };
}

/** Every panel with its number and its place in the grid. */
function placed(rows: readonly Row[]) {
  let y = 0;
  let id = 0;
  return rows.flatMap(({ height, panels }) => {
    const top = y;
    y += height;
    let x = 0;
    const free = gridWidth - panels.reduce((sum, { width = 0 }) => sum + width, 0);
    const sharing = panels.filter(({ width }) => width === undefined).length;
    return panels.map((each) => {
      const { width = Math.floor(free / sharing), ...spec } = each;
      const gridPos = { x, y: top, w: width, h: height };
      x += width;
      id += 1;
      return { panel: spec, id, gridPos };
    });
  });
}

/** Links to the other dashboards, with the variables and the time that are chosen. */
function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .includeVars(true)
    .keepTime(true);
}

function queryVariable({ name, label, query, versions, several }: Variable): QueryVariableBuilder {
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .query(query)
    .definition(query)
    .datasource(dataSources.prometheus)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(versions ? VariableSort.Disabled : VariableSort.AlphabeticalAsc)
    .allowCustomValue(false);
  if (versions) builder.regex(versionOfSeries);
  return several
    ? builder.multi(true).includeAll(true).allValue('.*').current({ text: 'All', value: '$__all' })
    : builder;
}

/** How the annotations look; their queries stand with the panels'. */
const annotationLooks: Readonly<Record<AnnotationName, { name: string; color: string; title: string; text: string }>> =
  {
    phases: {
      name: 'Release phases',
      color: 'blue',
      title: '{{name}}: {{phase}}',
      text: 'The Rollout entered this phase',
    },
    verdicts: { name: 'Verdicts', color: 'purple', title: '{{phase}}', text: 'Analysis {{name}}' },
    alerts: { name: 'Alerts', color: 'red', title: '{{alertname}}', text: '{{service}}' },
  };

function annotation(name: AnnotationName): AnnotationQueryBuilder {
  const { color, title, text, ...look } = annotationLooks[name];
  return new AnnotationQueryBuilder()
    .name(look.name)
    .datasource(dataSources.prometheus)
    .enable(true)
    .iconColor(color)
    .titleFormat(title)
    .textFormat(text)
    .target(
      new DataqueryBuilder()
        .refId('Anno')
        .datasource(dataSources.prometheus)
        .expr(annotationQueries[name])
        .interval(`${platformScrapeIntervalMs / 1000}s`)
        .range(),
    );
}
