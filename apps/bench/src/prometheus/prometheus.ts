import { mkdirSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { draw, local, synthesize, writeManifests } from '@observed-rollouts/charts';
import { workloads } from '@observed-rollouts/contract';
import { pingServiceLevel, type ServiceLevel } from '@observed-rollouts/slo';
import type { Benchmark, Findings, LinePlot, Point, Row, Stage } from '../benchmark.ts';
import { Child } from '../harness/child.ts';
import { committedManifests, manifestOf } from '../harness/manifests.ts';
import { quantile, spreadOf } from '../harness/spread.ts';
import { analysisQueries, type AnalysisQuery, discoveredLabels } from './queries.ts';
import { MeasuredPrometheus } from './server.ts';
import { realScrape } from './template.ts';

/** Where the queries count. */
type CountedFrom = NonNullable<ServiceLevel['countedFrom']>;

interface Fleet {
  readonly pods: number;
  readonly countedFrom: CountedFrom;
}

/** Recordings are for fleets: with few pods counters cost less than the rules. */
const fleets: readonly Fleet[] = [
  { pods: 5, countedFrom: 'counters' },
  { pods: 50, countedFrom: 'counters' },
  { pods: 500, countedFrom: 'counters' },
  { pods: 500, countedFrom: 'recordings' },
];
const efforts = {
  full: { scrapeSeconds: 90, repetitions: 20 },
  quick: { scrapeSeconds: 12, repetitions: 3 },
} as const satisfies Record<Stage['effort'], object>;

const mostQueryMs = 10;
/** How a service of so many pods is to be judged. */
const aimed: Fleet = { pods: 500, countedFrom: 'recordings' };
const upWithinSeconds = 60;
const lookEverySeconds = 5;
const hashes = { canaryHash: 'canary', stableHash: 'stable' };

export const prometheus: Benchmark = {
  name: 'prometheus',
  title: 'Queries of the analysis, and Prometheus beside many pods',
  method:
    'Prometheus has the configuration and the rules of the manifests; its targets are discovered from a file, with the labels that pods have before relabelling. One process of the bench serves all pods: each exposes what a real ' +
    'ping-service does, under counters that grow. A fifth of them are the canary, as at the first weight. All of them are scraped at the manifests’ interval for the stated time, then each query of the gate and of the watch is sent ' +
    'over HTTP in turns. The manifests count from the counters of the pods; drawn for a fleet they count from recordings per version, whose rules Prometheus evaluates at the same interval. ' +
    'CPU and memory are Prometheus’ own account, of the time without queries.',
  minutes: 9,
  run: measurePrometheus,
};

interface Measured extends Fleet {
  readonly queries: readonly { readonly metric: string; readonly milliseconds: readonly number[] }[];
  readonly cpuShare: number;
  readonly rssMegabytes: number;
}

async function measurePrometheus(stage: Stage): Promise<Findings> {
  stage.progress('the scrape of a real ping-service');
  const scrape = await realScrape();
  const template = join(stage.folder, 'scrape.txt');
  writeFileSync(template, scrape);
  const series = scrape.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const measured: Measured[] = [];
  for (const fleet of fleets) measured.push(await measureFleet(fleet, template, stage));
  const { scrapeSeconds } = efforts[stage.effort];
  return {
    rows: measured.flatMap(rowsOf),
    plots: [plotOf(measured)],
    notes: [
      `Each pod has ${series} series. The counters had been scraped for ${scrapeSeconds} s when the queries were timed.`,
    ],
  };
}

async function measureFleet(fleet: Fleet, template: string, stage: Stage): Promise<Measured> {
  const { pods } = fleet;
  const { signal, effort, folder } = stage;
  const { scrapeSeconds, repetitions } = efforts[effort];
  const progress = (text: string) => stage.progress(`${titleOf(fleet)}: ${text}`);
  progress('start');
  signal.throwIfAborted();
  const data = join(folder, `${pods}-${fleet.countedFrom}`);
  mkdirSync(data);
  const manifests = manifestsFor(fleet, data);
  await using ending = new AsyncDisposableStack();
  const served = await servePods(template, ending);
  const server = ending.use(await MeasuredPrometheus.start(manifests, data, signal));
  const namespace = namespaceOfManifests();
  server.setTargets(namespace, targetsOf(pods, served, namespace));
  await allUp(server, pods, progress, signal);
  const before = await server.usage(signal);
  const startedAt = performance.now();
  while (performance.now() - startedAt < scrapeSeconds * 1000) {
    await sleep(lookEverySeconds * 1000, undefined, { signal });
    progress(`scraped for ${Math.round((performance.now() - startedAt) / 1000)} of ${scrapeSeconds} s`);
  }
  const after = await server.usage(signal);
  const cpuShare = (after.cpuSeconds - before.cpuSeconds) / ((performance.now() - startedAt) / 1000);
  const queries = await timeQueries(
    server,
    analysisQueries({ namespace, ...hashes }, manifests),
    repetitions,
    progress,
    signal,
  );
  return { ...fleet, queries, cpuShare, rssMegabytes: after.rssBytes / 1e6 };
}

/** Those of the workspace, or drawn anew with recordings. Shape: a folder. */
function manifestsFor({ pods, countedFrom }: Fleet, folder: string): string {
  if (countedFrom === 'counters') return committedManifests;
  const traffic = { ...pingServiceLevel.traffic, replicas: pods };
  const serviceLevel: ServiceLevel = { ...pingServiceLevel, traffic, countedFrom };
  const manifests = join(folder, 'manifests');
  writeManifests(manifests, synthesize(draw({ ...local, serviceLevel })));
  return manifests;
}

function titleOf({ pods, countedFrom }: Fleet): string {
  return countedFrom === 'counters' ? `${pods} pods` : `${pods} pods, from recordings`;
}

function namespaceOfManifests(): string {
  const { metadata } = manifestOf('Rollout', workloads.pingService) as { metadata: { namespace?: string } };
  return metadata.namespace ?? 'default';
}

async function servePods(template: string, ending: AsyncDisposableStack): Promise<string> {
  const program = join(import.meta.dirname, `pods${extname(import.meta.filename)}`);
  const child = await Child.start({ name: 'pods', command: [process.execPath, program, template] });
  ending.defer(() => child.close(1_000));
  const isPort = (answer: unknown): answer is { port: number } =>
    typeof (answer as { port?: unknown }).port === 'number';
  const { port } = await child.ask({ ask: 'port' }, isPort);
  return `127.0.0.1:${port}`;
}

function targetsOf(pods: number, address: string, namespace: string): object[] {
  const { replicas, weights } = pingServiceLevel.traffic;
  const canaries = Math.max(1, Math.round((pods * weights[0]) / 100));
  if (pods < replicas) throw new Error(`prometheus: got ${pods} pods, expected ${replicas} or more`);
  return Array.from({ length: pods }, (_, index) => {
    const hash = index < canaries ? hashes.canaryHash : hashes.stableHash;
    const labels = discoveredLabels(
      `${workloads.pingService}-${hash}-${index}`,
      hash,
      namespace,
      `/pods/${index}/metrics`,
    );
    return { targets: [address], labels };
  });
}

async function allUp(
  server: MeasuredPrometheus,
  pods: number,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let second = 0; second < upWithinSeconds; second++) {
    const up = await server.query(`sum(up{service="${workloads.pingService}"}) or vector(0)`, signal);
    if (up === pods) return;
    if (second % lookEverySeconds === 0) progress(`${up} are scraped`);
    await sleep(1_000, undefined, { signal });
  }
  throw new Error(`prometheus: not all of ${pods} pods were scraped within ${upWithinSeconds} s`);
}

async function timeQueries(
  server: MeasuredPrometheus,
  queries: readonly AnalysisQuery[],
  repetitions: number,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<Measured['queries']> {
  const timed = queries.map(({ metric, query }) => ({ metric, query, milliseconds: [] as number[] }));
  // The first time, connections are opened and the text is new.
  for (let round = 0; round <= repetitions; round++) {
    progress(`queries, round ${round} of ${repetitions}`);
    for (const { query, milliseconds } of timed) {
      const startedAt = performance.now();
      await server.query(query, signal);
      if (round > 0) milliseconds.push(performance.now() - startedAt);
    }
  }
  return timed;
}

function rowsOf({ queries, cpuShare, rssMegabytes, ...fleet }: Measured): Row[] {
  const aim = isDeepStrictEqual(fleet, aimed) ? { aim: { atMost: mostQueryMs } } : {};
  const title = titleOf(fleet);
  return [
    ...queries.map(({ metric, milliseconds }): Row => ({
      what: `${title}: query ${metric}`,
      value: spreadOf(milliseconds),
      unit: 'ms',
      ...aim,
      note: `p99 ${quantile(
        milliseconds.toSorted((a, b) => a - b),
        0.99,
      ).toFixed(1)} ms`,
    })),
    { what: `${title}: CPU of Prometheus, of a core`, value: spreadOf([cpuShare]), unit: 'share' },
    { what: `${title}: memory of Prometheus`, value: spreadOf([rssMegabytes]), unit: 'MB' },
  ];
}

function plotOf(measured: readonly Measured[]): LinePlot {
  const ofCounters = measured.filter(({ countedFrom }) => countedFrom === 'counters');
  const points = ofCounters.flatMap(({ pods, queries }): Point[] =>
    queries.map(({ metric, milliseconds }) => ({ series: metric, x: pods, y: spreadOf(milliseconds).median })),
  );
  const axes = { x: { label: 'pods', scale: 'log' }, y: { label: 'milliseconds', scale: 'log' } } as const;
  return { kind: 'line', title: 'Time of a query of the analysis, counted from counters', ...axes, points };
}
