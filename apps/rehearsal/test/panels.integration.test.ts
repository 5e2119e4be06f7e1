import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pingServiceLevel } from '@observed-rollouts/slo';
import { type Dashboard, type PanelQuery, readDashboards } from './panels/dashboards.ts';
import { type Chosen, GrafanaQueries, type Series, type TimeSpan } from './panels/grafana.ts';
import { PanelPlay, speedUp } from './panels/play.ts';
import { faults, type Movement, reactions } from './panels/reactions.ts';

const dashboards = readDashboards();
const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels.map((panel) => ({ name: `${dashboard.title}: ${panel.title}`, dashboard, ...panel })),
);

/** Queries that yield something only when what they count has happened once. */
const onlyAfterwards = ['Platform: Tempo: failures: B'];

let play: PanelPlay;
let grafana: GrafanaQueries;
/** Answers by panel and query, while all is well and while nothing is. */
const seen: { healthy: Answers; faulty: Answers } = { healthy: new Map(), faulty: new Map() };
const chosen: Record<'healthy' | 'faulty', Map<string, Chosen>> = { healthy: new Map(), faulty: new Map() };
const marks = new Map<string, readonly Series[]>();

/** Series of all queries of a panel, told apart by the query. */
const together = (answers: readonly (readonly Series[])[]) =>
  answers.flatMap((series, query) =>
    series.map(({ labels, values }) => ({ labels: { ...labels, query: `${query}` }, values })),
  );

type Answers = Map<string, readonly (readonly Series[])[]>;

beforeAll(async () => {
  play = await PanelPlay.start();
  grafana = new GrafanaQueries(play.prometheusUrl, pingServiceLevel.promise.lookIntervalMs / 1000, speedUp);
  const healthy = await play.beHealthy();
  await look('healthy', healthy);
  const faulty = await play.beFaulty();
  await look('faulty', faulty);
  for (const { title, annotations } of dashboards) {
    for (const { name, target } of annotations.list) {
      marks.set(`${title}: ${name}`, await grafana.ask(target, chosen.faulty.get(title) ?? {}, faulty));
    }
  }
});

afterAll(() => play?.close());

async function look(when: 'healthy' | 'faulty', span: TimeSpan): Promise<void> {
  for (const { title, templating } of dashboards) {
    chosen[when].set(title, await grafana.chooseFirst(templating.list));
  }
  for (const { name, dashboard, targets } of panels) {
    const values = chosen[when].get(dashboard.title) ?? {};
    const answers: (readonly Series[])[] = [];
    for (const target of targets) answers.push(await grafana.ask(target, values, span));
    seen[when].set(name, answers);
  }
}

it('the table of reactions names every panel once, and every fault moves some panel', () => {
  expect(Object.keys(reactions).sort()).toEqual(panels.map(({ name }) => name).sort());
  expect(new Set(Object.values(reactions).map(([fault]) => fault))).toEqual(new Set(Object.keys(faults)));
});

describe('while all is well', () => {
  it.each(panels)('$name shows data, with every query', ({ name, targets }) => {
    const empty = targets.flatMap(({ refId }, index) => {
      const series = seen.healthy.get(name)?.[index] ?? [];
      return series.some(({ values }) => values.some(Number.isFinite)) ? [] : [`${name}: ${refId}`];
    });
    expect(empty.filter((query) => !onlyAfterwards.includes(query))).toEqual([]);
  });

  it('no panel moves, by the measure that it is held to afterwards', () => {
    const moving = panels.filter(({ name, type }) => {
      const answers = seen.healthy.get(name) ?? [];
      const drawn = type === 'heatmap' ? heights(answers) : together(answers);
      return moves((reactions[name] as (typeof reactions)[string])[1], drawn, drawn);
    });
    expect(moving).toEqual([]);
  });

  it('variables choose the service and its only version', () => {
    const service = { namespace: 'observed-rollouts', service: 'ping-service' };
    expect(Object.fromEntries(chosen.healthy)).toEqual({
      Release: { ...service, canary: play.hashes.stable, stable: '' },
      'Ping service': { ...service, version: '.*' },
      Pinger: { ...service, service: 'pinger' },
      SLO: service,
      Platform: {},
    });
  });
});

describe('when something is wrong', () => {
  it.each(panels)('$name moves', ({ name, targets, type }) => {
    const [fault, movement] = reactions[name] as (typeof reactions)[string];
    const before = seen.healthy.get(name) ?? [];
    const after = seen.faulty.get(name) ?? [];
    const drawn = type === 'heatmap' ? heights : together;
    const shown = `${faults[fault]}\n${describeMoves(targets, before, after)}`;
    expect(moves(movement, drawn(before), drawn(after)), shown).toBe(true);
  });

  it('also shows data in every query that had none before', () => {
    for (const { name, targets } of panels) {
      for (const [index, { refId }] of targets.entries()) {
        expect(seen.faulty.get(name)?.[index]?.length, `${name}: ${refId}`).toBeGreaterThan(0);
      }
    }
  });

  it('variables choose the newest version and the one before it', () => {
    expect(chosen.faulty.get('Release')).toEqual({
      namespace: 'observed-rollouts',
      service: 'ping-service',
      ...play.hashes,
    });
    expect(play.hashes.canary).not.toBe(play.hashes.stable);
  });

  it('every dashboard marks its phases, verdicts and alerts where they begin', () => {
    for (const { title, annotations } of dashboards as readonly Dashboard[]) {
      for (const { name } of annotations.list) {
        const series = marks.get(`${title}: ${name}`) ?? [];
        const begun = series.map(({ labels }) => labels['phase'] ?? labels['alertname']);
        const expected = { 'Release phases': 'Abort', Verdicts: 'Failed', Alerts: 'ReleaseAborted' }[name];
        expect(begun, `${title}: ${name}`).toContain(expected);
        // A mark is where something begins; what was there before has none.
        if (name !== 'Alerts') for (const { values } of series) expect(values.length).toBeLessThanOrEqual(3);
      }
    }
  });
});

function moves(movement: Movement, before: readonly Series[], after: readonly Series[]): boolean {
  const earlier = new Map(before.map((series) => [keyOf(series), series]));
  switch (movement) {
    case 'appears':
      return after.some((series) => !earlier.has(keyOf(series)));
    case 'rises': {
      const least = largest(before);
      return largest(after) > least + Math.max(Math.abs(least) / 2, 1e-9);
    }
    case 'falls':
      return after.some((series) => {
        const was = earlier.get(keyOf(series));
        return was !== undefined && smallest([series]) < smallest([was]) * 0.8;
      });
  }
}

const keyOf = ({ labels }: Series) => JSON.stringify(Object.entries(labels).sort());
const finite = (all: readonly Series[]) => all.flatMap(({ values }) => values).filter((value) => !Number.isNaN(value));
const largest = (all: readonly Series[]) => Math.max(-1e12, ...finite(all));
const smallest = (all: readonly Series[]) => Math.min(1e12, ...finite(all));

/** A heat map's highest bucket that counts anything at all: what rises when something takes longer. */
function heights(answers: readonly (readonly Series[])[]): readonly Series[] {
  const buckets = answers
    .flat()
    .map(({ labels, values }) => ({
      bound: Number(labels['le']?.replace('+Inf', 'Infinity')),
      most: Math.max(0, ...values),
    }))
    .sort((a, b) => a.bound - b.bound);
  const reached = buckets.filter(({ most }, index) => most > (buckets[index - 1]?.most ?? 0) * 1.02);
  return [{ labels: {}, values: [reached.at(-1)?.bound ?? 0] }];
}

function describeMoves(
  targets: readonly PanelQuery[],
  before: readonly (readonly Series[])[],
  after: readonly (readonly Series[])[],
): string {
  const range = (all: readonly Series[] = []) => `${all.length} series, ${smallest(all)} to ${largest(all)}`;
  return targets
    .map(
      ({ refId, expr }, index) =>
        `${refId}: ${range(before[index])} → ${range(after[index])}\n   ${expr.slice(0, 200)}`,
    )
    .join('\n');
}
