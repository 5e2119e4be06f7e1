import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { workloadMetrics } from '@observed-rollouts/contract';
import { analysisArguments, gateTest, pingServiceLevel, releaseAnalysis } from '@observed-rollouts/slo';
import { describe, expect, it } from 'vitest';
import { platformScrapeIntervalMs } from '../src/constructs/prometheus-config.ts';
import { screenHeight } from '../src/dashboards/dashboard.ts';
import { dashboards } from '../src/dashboards/dashboards.ts';
import { local } from '../src/environments/local.ts';
import { committedDashboards, queriesOf } from './committed-dashboards.ts';
import { committed, runbookSections } from './expressions.ts';
import { namesOfProcesses } from './known-metrics.ts';
import { metricsOf } from './promql.ts';
import { SdkTypes } from './sdk-types.ts';

/** Grafana's id of each panel type that may be used, and the SDK's module of its options. None of them is deprecated or needs Angular. */
const panelModules: Readonly<Record<string, string>> = {
  timeseries: 'timeseries',
  stat: 'stat',
  heatmap: 'heatmap',
  'state-timeline': 'statetimeline',
};

const sdk = new SdkTypes(['dashboard', 'prometheus', ...Object.values(panelModules)]);
const panels = committedDashboards.flatMap(({ board, panels: each }) =>
  each.map((panel) => ({ where: `${board.title ?? ''}: ${panel.title ?? ''}`, panel })),
);

describe('the committed dashboards', () => {
  it('are five, at addresses that never change', () => {
    expect(committedDashboards.map(({ board }) => [board.uid, board.title])).toEqual([
      ['observed-rollouts-release', 'Release'],
      ['observed-rollouts-ping-service', 'Ping service'],
      ['observed-rollouts-pinger', 'Pinger'],
      ['observed-rollouts-slo', 'SLO'],
      ['observed-rollouts-platform', 'Platform'],
    ]);
  });

  it.each(committedDashboards)('are of the types of the SDK: $board.title', ({ board, panels: each }) => {
    const problems = [
      ...sdk.problems(board, 'dashboard', 'Dashboard', 'dashboard'),
      ...(board.annotations.list ?? []).flatMap(({ target, name }) =>
        sdk.problems(target, 'prometheus', 'Dataquery', `annotation ${name}`),
      ),
      ...each.flatMap(panelProblems),
    ];
    expect(problems).toEqual([]);
  });

  it('would not be with a field too many, one too few, or a value that is none', () => {
    const panel = structuredClone(panels[0]?.panel) as Panel & Record<string, unknown>;
    panel['tittle'] = 'x';
    panel.type = 'timeseries';
    panel.options['legend'].displayMode = 'sideways';
    delete (panel.gridPos as unknown as Record<string, unknown>)['h'];
    (queriesOf(panel)[0] as unknown as Record<string, unknown>)['exp'] = 'up';
    const problems = [...sdk.problems(panel, 'dashboard', 'Panel', 'panel'), ...panelProblems(panel)].join('\n');
    for (const part of ['panel.tittle: no such field', 'gridPos.h: missing', '"sideways"', '.exp: no such field']) {
      expect(problems).toContain(part);
    }
  });

  it('fit into one screen of a laptop each, without a gap at the right or panels one upon the other', () => {
    for (const { board, panels: each } of committedDashboards) {
      const taken = new Map<string, string>();
      for (const { title = '', gridPos } of each) {
        const { x, y, w, h } = gridPos as NonNullable<Panel['gridPos']>;
        expect(x + w, `${board.title}: ${title}`).toBeLessThanOrEqual(24);
        expect(y + h, `${board.title}: ${title}`).toBeLessThanOrEqual(screenHeight);
        // Narrower or lower than this, a panel shows its title and no graph.
        expect([w >= 4, h >= 3]).toEqual([true, true]);
        for (const cell of cells(x, y, w, h)) {
          expect(taken.get(cell), `${board.title}: ${title} at ${cell}`).toBeUndefined();
          taken.set(cell, title);
        }
      }
    }
  });

  it('say of each panel what it shows, in which unit, and where its data come from', () => {
    for (const { where, panel } of panels) {
      expect(panel.description?.length, where).toBeGreaterThan(20);
      expect(panel.fieldConfig?.defaults.unit, where).toBeTruthy();
      expect(panel.datasource?.uid, where).toBe('prometheus');
      const queries = queriesOf(panel);
      expect(queries.length, where).toBeGreaterThan(0);
      expect(new Set(queries.map(({ refId }) => refId)).size, where).toBe(queries.length);
      for (const { legendFormat } of queries) expect(legendFormat, where).toBeTruthy();
    }
    for (const { panels: each } of committedDashboards) {
      expect(new Set(each.map(({ id }) => id)).size).toBe(each.length);
      expect(new Set(each.map(({ title }) => title)).size).toBe(each.length);
    }
  });

  it('link to each other with what is chosen, and to sections that the runbook has', () => {
    const anchors = new Set(runbookSections.map(({ heading }) => `${local.runbookUrl}#${heading.toLowerCase()}`));
    for (const { board } of committedDashboards) {
      expect(board.links).toMatchObject([{ type: 'dashboards', includeVars: true, keepTime: true, tags: board.tags }]);
      expect(JSON.stringify([board.links, board.annotations])).not.toContain('inControlsMenu');
    }
    const links = panels.flatMap(({ panel }) => (panel.links ?? []).map(({ url }) => url ?? ''));
    expect(links.filter((url) => !anchors.has(url))).toEqual([]);
    expect(new Set(links).size).toBeGreaterThan(25);
  });

  it('average over at least four scrapes of what each query reads', () => {
    const workload = new Set([
      ...Object.values(workloadMetrics)
        .flat()
        .flatMap((metric) => namesOfProcesses(metric)),
      ...namesOfProcesses(),
    ]);
    const slow = panels.flatMap(({ where, panel }) =>
      queriesOf(panel)
        .filter(({ expr = '' }) => /\$__rate_interval/.test(expr))
        .filter(({ expr = '' }) => metricsOf(expr).some((name) => !workload.has(name)))
        .map(({ interval }) => ({ where, interval })),
    );
    expect(slow.length).toBeGreaterThan(10);
    for (const { where, interval } of slow) expect(interval, where).toBe(`${platformScrapeIntervalMs / 1000}s`);
  });
});

it('no ConfigMap is larger than what kubectl can apply: a copy goes into an annotation of at most 256 KiB', () => {
  for (const { object } of committed.filter(({ object: it }) => it.kind === 'ConfigMap')) {
    expect(Buffer.byteLength(JSON.stringify(object)), object.metadata.name).toBeLessThan(256 * 1024);
  }
});

describe('a number of the service level', () => {
  const [availability, latency] = pingServiceLevel.objectives as [
    (typeof pingServiceLevel.objectives)[number],
    (typeof pingServiceLevel.objectives)[number],
  ];
  const level = {
    ...pingServiceLevel,
    objectives: [
      { ...availability, acceptable: 0.04 },
      { ...latency, indicator: { kind: 'latency' as const, boundSeconds: 0.5 } },
    ],
  };
  const changed = dashboards(level, 'https://runbooks.example.com/it').flatMap(({ panels: each }) => each as Panel[]);
  const linesOf = (title: string) =>
    changed.find((panel) => panel.title === title)?.fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value);

  it('is a line of each panel that is about it', () => {
    const { accept, reject } = gateTest(level.objectives[0] as typeof availability, level);
    expect({
      share: linesOf('Share of failed-answers'),
      shareByPod: linesOf('Share of failed-answers by pod'),
      gate: linesOf('Gate: failed-answers'),
      duration: linesOf('Duration of answers'),
      felt: linesOf('Latency felt and measured'),
    }).toEqual({
      share: [null, 0.04, 0.2],
      shareByPod: [null, 0.04, 0.2],
      gate: [null, accept, reject],
      duration: [null, 0.5],
      felt: [null, 0.5],
    });
  });

  it('and the address of the runbook is the environment’s', () => {
    const urls = changed.flatMap(({ links = [] }) => links.map(({ url }) => url));
    expect(urls.filter((url) => !url?.startsWith('https://runbooks.example.com/it#'))).toEqual([]);
  });
});

it('the gate’s panels draw the very query that the analysis judges', () => {
  const judged = panels
    .filter(({ where }) => where.startsWith('Release: Gate'))
    .map(({ panel }) => queriesOf(panel)[0]?.expr ?? '');
  const { namespace, canaryHash, stableHash } = analysisArguments;
  const filled = judged.map((expr) =>
    expr
      .replaceAll('$namespace', `{{args.${namespace.name}}}`)
      .replaceAll('$canary', `{{args.${canaryHash.name}}}`)
      .replaceAll('$stable', `{{args.${stableHash.name}}}`)
      .replaceAll('$service', 'ping-service'),
  );
  expect(filled).toEqual(releaseAnalysis(pingServiceLevel).gate.map(({ query }) => query));
});

function panelProblems(panel: Panel): readonly string[] {
  const module = panelModules[panel.type];
  const where = panel.title ?? '';
  if (module === undefined)
    return [`${where}: got panel type ${panel.type}, expected ${Object.keys(panelModules).join(', ')}`];
  return [
    ...sdk.problems(panel.options, module, 'Options', `${where}: options`),
    // A stat has no field options of its own.
    ...(module === 'stat' ? [] : sdk.problems(panel.fieldConfig?.defaults.custom ?? {}, module, 'FieldConfig', where)),
    ...queriesOf(panel).flatMap((query, index) =>
      sdk.problems(query, 'prometheus', 'Dataquery', `${where}: targets[${index}]`),
    ),
  ];
}

function cells(x: number, y: number, w: number, h: number): readonly string[] {
  return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
}
