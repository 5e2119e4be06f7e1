import {
  decisive,
  errorRatesOfTests,
  gateTest,
  type Objective,
  pingServiceLevel,
  watchTest,
} from '@observed-rollouts/slo';
import type { ReleaseManifest } from '../manifest/analysis-manifest.ts';
import type { ManifestMetric } from '../manifest/measuring.ts';
import { QueryReader } from '../manifest/reader.ts';
import { type Cells, cellsAt, isThere, type ScriptedPod, ScriptedWorld } from './scripted-world.ts';

interface Situation {
  readonly world: ScriptedWorld;
  readonly second: number;
}

const now = 1000;
const none: Cells = [0, 0, 0, 0];

/** Counts of the canary, and what stable answers per second meanwhile, from next to nothing to gross failure. */
const canaryCounts: readonly Cells[] = [
  none,
  [0, 0, 1, 0],
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 0, 1],
  [19, 1, 0, 0],
  [17, 1, 1, 1],
  [10, 6, 3, 1],
  [8, 1, 11, 0],
  [15, 4, 1, 0],
  [20, 8, 2, 0],
  [20, 2, 8, 0],
  [30, 5, 5, 0],
  [60, 10, 10, 0],
  [40, 20, 15, 5],
  [200, 10, 20, 10],
  [10, 10, 10, 10],
  ...Array.from({ length: 24 }, (_, index): Cells => [3 * index, 5 + (index % 5), 5 + (index % 7), index % 3]),
];
const stableRates: readonly Cells[] = [[8, 0, 0, 0], [5, 2, 1, 0], [2, 2, 3, 1], none];

function situationsIn(namespace: string): Situation[] {
  const world = (pods: readonly ScriptedPod[], bucket: '1' | '1.0' = '1') => new ScriptedWorld(pods, namespace, bucket);
  const stable = (more: Partial<ScriptedPod> = {}): ScriptedPod => ({
    version: 'stable',
    from: -4000,
    base: [500, 40, 30, 2],
    perSecond: [5, 1, 1, 1],
    ...more,
  });
  const canary = (base: Cells, more: Partial<ScriptedPod> = {}): ScriptedPod => ({
    version: 'canary',
    from: now - 9,
    base,
    ...more,
  });
  const failing: Cells = [40, 20, 15, 15];
  const onlyGood: Partial<ScriptedPod> = { statuses: ['200'], perSecond: [6, 0, 0, 0], base: [500, 0, 0, 0] };
  const pods: readonly (readonly ScriptedPod[])[] = [
    ...canaryCounts.flatMap((base) => stableRates.map((perSecond) => [canary(base), stable({ perSecond })])),
    // Without stable, without its failures, and with much more of it than of the canary, so that the comparison outweighs the walk.
    ...canaryCounts
      .filter((_, index) => index % 2 === 0)
      .flatMap((base) => [
        [canary(base)],
        [canary(base), stable(onlyGood)],
        ...[now - 950, now - 901, now - 300, now - 7].flatMap((from) => [
          [canary(base, { from }), stable({ perSecond: [8, 0, 0, 0] })],
          [canary(base, { from }), stable({ perSecond: [6, 1, 0.1, 0] })],
          // Bad enough to hold a canary's walk down, in either objective.
          [canary(base, { from }), stable({ perSecond: [6, 1, 1, 0] })],
        ]),
      ]),
    ...nearlyEnough().map((base) => [canary(base), stable({ perSecond: [8, 0, 0, 0] })]),
    [stable()],
    [canary(failing), stable({ restarts: [now - 20] })],
    [],
    [canary([12, 3, 0, 0], { statuses: ['200'] }), stable()],
    [canary(failing), stable(onlyGood)],
    [canary([0, 0, 9, 4], { statuses: ['500'] }), stable(onlyGood)],
    // Seen for longer than the comparison reaches back, from an odd second on, and only just.
    ...[now - 950, now - 901, now - 500, now - 8, now - 7, now - 1, now].map((from) => [
      canary(failing, { from }),
      stable(),
    ]),
    // A stable pod that goes takes its counts along, one that starts brings its own.
    [canary(failing), stable(), stable({ until: now - 2 }), stable({ from: now - 5, base: [3, 2, 1, 0] })],
    [canary(failing), canary([5, 4, 3, 2]), stable()],
    ...[now - 5, now - 25, now - 40, now - 59, now - 61, now - 100].map((restart) => [
      canary(failing, { from: now - 500, restarts: [restart] }),
      stable(),
    ]),
    ...[0.1, 0.19, 0.2, 0.5, 2].map((rate) => [
      canary([0, 0, 0, 0], { from: now - 500, perSecond: [rate, 0, 0, 0] }),
      stable(),
    ]),
  ];
  return [
    ...pods.map((it) => world(it)),
    world([canary(failing), stable()], '1.0'),
    world([canary([17, 1, 1, 1]), stable()], '1.0'),
  ].map((it) => ({ world: it, second: now }));
}

/** Counts whose evidence is a little short of what the watch needs, and a little more. */
function nearlyEnough(): Cells[] {
  return [failed, slow].flatMap((objective) => {
    const { evidence, reject } = watchTest(objective, rates.alpha);
    const counts = Array.from({ length: 40 * 120 }, (_, index) => ({
      bad: 1 + (index % 40),
      good: Math.floor(index / 40),
    }));
    const within = (from: number, to: number) =>
      counts
        .filter(({ bad, good }) => evidence(bad, good) > from * reject && evidence(bad, good) < to * reject)
        .slice(0, 3);
    return [...within(0.91, 0.99), ...within(1.01, 1.09)].map(({ bad, good }): Cells =>
      objective === failed ? [good, 0, bad, 0] : [good, bad, 0, 0],
    );
  });
}

const situations = new Map<string, Situation[]>();

/** Readings that were found right, by the metric's name and query. */
const rightReadings = new Map<string, string | undefined>();

/** What a metric's query gets wrong; `undefined` when it reads what is promised wherever it is asked. */
export function wrongReading({ namespace }: ReleaseManifest, metric: ManifestMetric): string | undefined {
  const key = `${metric.name} ${metric.query}`;
  if (!rightReadings.has(key)) rightReadings.set(key, firstWrong(namespace, metric));
  return rightReadings.get(key);
}

function firstWrong(namespace: string, { name, query }: ManifestMetric): string | undefined {
  const known = situations.get(namespace) ?? situationsIn(namespace);
  situations.set(namespace, known);
  let samples: ReturnType<ScriptedWorld['at']> | undefined;
  const reader = new QueryReader((leaf) => samples?.(leaf));
  const read = reader.prepare(query);
  for (const [index, { world, second }] of known.entries()) {
    samples = world.at(second);
    reader.advance();
    const expected = promisedReading(name, world.pods, second);
    const reading = read() ?? NaN;
    if (!(reading === expected || Math.abs(reading - expected) <= 1e-9 * (1 + Math.abs(expected)))) {
      return `${name} reads ${reading} in situation ${index}, expected ${expected}`;
    }
  }
  return undefined;
}

const [failed, slow] = pingServiceLevel.objectives as [Objective, Objective];
const rates = errorRatesOfTests(pingServiceLevel);

/** What each metric has to read, from the counters that the pods were given and the promise alone. */
function promisedReading(name: string, pods: readonly ScriptedPod[], second: number): number {
  const canaries = pods.filter((pod) => pod.version === 'canary' && isThere(pod, second));
  switch (name) {
    case 'restarts-of-canary':
      return canaries.flatMap(({ restarts = [], from }) => restarts.filter((it) => it > Math.max(from, second - 59)))
        .length;
    case 'metrics-of-canary':
      return canaries.filter(({ statuses = ['200'] }) => statuses.includes('200')).length;
    case 'answers-of-canary':
      return canaries.reduce((sum, pod) => sum + sumOfCells(pod.perSecond ?? none) * 60, 0);
    default: {
      const objective = name.startsWith(failed.name) ? failed : slow;
      const canary = countsOf(
        objective,
        canaries.map((pod) => cellsAt(pod, second)),
      );
      const stable = countsOf(objective, stableCells(pods, second));
      return name === `${objective.name}-of-canary`
        ? gateReading(objective, canary, stable)
        : watchReading(objective, canary, stable);
    }
  }
}

interface BadOf {
  readonly bad: number;
  readonly total: number;
}

function gateReading(objective: Objective, canary: BadOf, stable: BadOf): number {
  const { perBad, perGood, reject } = gateTest(objective, pingServiceLevel);
  const walk = perBad * canary.bad + perGood * (canary.total - canary.bad);
  return decisive(walk, comparison(objective, canary, stable), reject);
}

function watchReading(objective: Objective, canary: BadOf, stable: BadOf): number {
  const { evidence, reject } = watchTest(objective, rates.alpha);
  const found = evidence(canary.bad, canary.total - canary.bad);
  return found < reject ? found : reject + Math.max(0, comparison(objective, canary, stable));
}

/** ln of r times the canary's failures, less what they would be if both failed alike; constants in six decimals, as they are rendered. */
function comparison({ acceptable, refused }: Objective, canary: BadOf, stable: BadOf): number {
  const ratio = refused / acceptable;
  const share = canary.total / Math.max(1, canary.total + stable.total);
  const step = Number(Math.log(ratio).toFixed(6));
  return step * canary.bad - (canary.bad + stable.bad) * Math.log(1 + Number((ratio - 1).toFixed(6)) * share);
}

/** Stable's counts since the scrape that first saw the canary, at most the 15 minutes that the comparison reaches back. */
function stableCells(pods: readonly ScriptedPod[], second: number): Cells[] {
  const seen = Math.min(...pods.filter(({ version }) => version === 'canary').map(({ from }) => from));
  return pods
    .filter((pod) => pod.version === 'stable' && isThere(pod, second) && seen <= second)
    .map((pod) => {
      const base = cellsAt(pod, Math.max(seen, second - 15 * 60 + 1, pod.from));
      return cellsAt(pod, second).map((count, cell) => count - (base[cell] as number)) as unknown as Cells;
    });
}

function countsOf({ indicator }: Objective, cells: readonly Cells[]): BadOf {
  const bad = ([, slow200, fast500, slow500]: Cells) =>
    (indicator.kind === 'availability' ? fast500 : slow200) + slow500;
  return {
    bad: cells.reduce((sum, it) => sum + bad(it), 0),
    total: cells.reduce((sum, it) => sum + sumOfCells(it), 0),
  };
}

function sumOfCells(cells: Cells): number {
  return cells.reduce((sum, count) => sum + count, 0);
}
