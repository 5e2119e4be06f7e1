import type { Benchmark, Findings, Row, Stage } from '../benchmark.ts';
import { Load } from '../harness/load.ts';
import { measureInPairs, type Pair, ratioOf } from '../harness/pairs.ts';
import { startCollector } from '../start/collector.ts';
import { scrapeRows } from './scrape.ts';
import { nameOf, type RunningVariant, startVariant, type Variant } from './variants.ts';

const connections = 32;
const efforts = {
  full: { rounds: 15, warmUpSeconds: 6, burstSeconds: 1 },
  quick: { rounds: 2, warmUpSeconds: 2, burstSeconds: 0.5 },
} as const satisfies Record<Stage['effort'], object>;

const candidates: readonly Variant[] = [
  { kind: 'ping-service', sampleRatio: 0.01 },
  { kind: 'ping-service', sampleRatio: 0.1 },
  { kind: 'ping-service', sampleRatio: 1 },
  { kind: 'stock' },
];

/** By share of sampled requests, as multiples of the bare app's. */
const mostCpu = new Map<number, number>([
  [0.01, 1.15],
  [0.1, 1.25],
  [1, 1.8],
]);
const leastRate = new Map<number, number>([
  [0.1, 0.85],
  [1, 0.6],
]);

export const server: Benchmark = {
  name: 'server',
  title: 'What telemetry costs ping-service',
  method:
    'The same answers from the same Nest and Fastify, without telemetry, with ours, and under the stock preload of OpenTelemetry with its defaults. All are alive at once on one core, the load is on another: ' +
    `${connections} connections that ask again as soon as they are answered, in short bursts that alternate between the bare app and each other. A collector takes the traces. ` +
    'CPU is that of the whole process, export of traces included.',
  minutes: 4,
  run: measureServer,
};

interface Burst {
  readonly requestsPerSecond: number;
  readonly cpuSecondsPerRequest: number;
}

async function measureServer(stage: Stage): Promise<Findings> {
  const { progress, signal, cleanUp, effort } = stage;
  const { rounds, warmUpSeconds, burstSeconds } = efforts[effort];
  const collector = cleanUp.use(await startCollector('up'));
  const load = cleanUp.use(await Load.start());
  const start = async (variant: Variant) => {
    const running = await startVariant(variant, collector.url);
    cleanUp.use(running.subject);
    progress(`warms up: ${nameOf(variant)}`);
    await load.burst({ url: running.pingUrl, connections, seconds: warmUpSeconds });
    return running;
  };
  const base = await start({ kind: 'bare' });
  const others: RunningVariant[] = [];
  for (const variant of candidates) others.push(await start(variant));
  const measure = async (side: RunningVariant, round: number): Promise<Burst> => {
    progress(`round ${round + 1} of ${rounds}: ${side.subject.name}`);
    const before = await side.subject.usage();
    const { requests, requestsPerSecond } = await load.burst({ url: side.pingUrl, connections, seconds: burstSeconds });
    const after = await side.subject.usage();
    return { requestsPerSecond, cpuSecondsPerRequest: (after.cpuSeconds - before.cpuSeconds) / requests };
  };
  const pairs = await measureInPairs({ base, candidates: others, rounds, measure, signal });
  const rows = candidates.flatMap((variant, index) => rowsOf(variant, pairs[index] ?? []));
  const scraped = others.find(({ variant }) => variant.kind === 'ping-service' && variant.sampleRatio === 0.1);
  const scrapes = await scrapeRows(scraped as RunningVariant, load, stage);
  const bars = (what: string) =>
    rows
      .filter((row) => row.what.endsWith(what))
      .map(({ what: name, value, aim }) => ({ name, value, ...(aim && { aim }) }));
  return {
    rows: [...rows, ...scrapes],
    plots: [
      { kind: 'bar', title: 'CPU per request', label: 'multiple of the bare app', bars: bars('CPU per request') },
    ],
    notes: [],
  };
}

function rowsOf(variant: Variant, pairs: readonly Pair<Burst>[]): Row[] {
  const ratio = variant.kind === 'ping-service' ? variant.sampleRatio : -1;
  const [most, least] = [mostCpu.get(ratio), leastRate.get(ratio)];
  const shared = { against: 'bare app', unit: '×' } as const;
  return [
    {
      what: `${nameOf(variant)}: requests per second`,
      value: ratioOf(pairs, ({ requestsPerSecond }) => requestsPerSecond),
      ...shared,
      ...(least !== undefined && { aim: { atLeast: least } }),
    },
    {
      what: `${nameOf(variant)}: CPU per request`,
      value: ratioOf(pairs, ({ cpuSecondsPerRequest }) => cpuSecondsPerRequest),
      ...shared,
      ...(most !== undefined && { aim: { atMost: most } }),
    },
  ];
}
