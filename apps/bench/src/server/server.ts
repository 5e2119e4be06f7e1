import type { Benchmark, Findings, Row, Stage } from '../benchmark.ts';
import { leaveSubjectItsCore } from '../harness/cores.ts';
import { Load } from '../harness/load.ts';
import { measureInPairs, type Pair, ratioOf } from '../harness/pairs.ts';
import { startCollector } from '../start/collector.ts';
import { scrapeRows } from './scrape.ts';
import { nameOf, type RunningVariant, startVariant, type Variant } from './variants.ts';

const connections = 32;
/** How many processes of each side, and how many bursts of each process: what the compiler makes of a program differs from process to process. */
const efforts = {
  full: { processes: 4, rounds: 4, warmUpSeconds: 15, burstSeconds: 1 },
  quick: { processes: 1, rounds: 2, warmUpSeconds: 2, burstSeconds: 0.5 },
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
    'The same answers, drawn by the same fault model, from the same Nest and Fastify, without telemetry, with ours, and under the stock preload of OpenTelemetry with its defaults. Two sides are alive at a time on one core, the load is on another: ' +
    `${connections} connections that ask again as soon as they are answered, in short bursts that alternate between the two, so that both idle as long. Where it has a core of its own the load never sleeps within a burst: a server that had to wake it would be ` +
    'charged for that, and a slower one oftener. ' +
    'Then all again with new processes, since two processes of one program differ by more than two bursts of one. A collector takes the traces. ' +
    'CPU is that of the whole process, export of traces included.',
  minutes: 12,
  run: measureServer,
};

interface Burst {
  readonly requestsPerSecond: number;
  readonly cpuSecondsPerRequest: number;
}

async function measureServer(stage: Stage): Promise<Findings> {
  const { cleanUp, effort } = stage;
  cleanUp.use(leaveSubjectItsCore());
  const collector = cleanUp.use(await startCollector('up'));
  const load = cleanUp.use(await Load.start());
  const pairs: Pair<Burst>[][] = candidates.map(() => []);
  for (let repetition = 0; repetition < efforts[effort].processes; repetition++) {
    for (const [index, variant] of candidates.entries()) {
      pairs[index]?.push(...(await measureBeside(variant, collector.url, load, stage)));
    }
  }
  const rows = candidates.flatMap((variant, index) => rowsOf(variant, pairs[index] ?? []));
  await using scraped = await startVariant({ kind: 'ping-service', sampleRatio: 0.1 }, collector.url);
  await load.burst({ url: scraped.pingUrl, connections, seconds: efforts[effort].warmUpSeconds });
  const scrapes = await scrapeRows(scraped, load, stage);
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

/** The bare app and one candidate, both new, in turns. */
async function measureBeside(
  variant: Variant,
  collectorUrl: string,
  load: Load,
  { progress, signal, effort }: Stage,
): Promise<Pair<Burst>[]> {
  const { rounds, warmUpSeconds, burstSeconds } = efforts[effort];
  progress(`${nameOf(variant)}, beside the bare app`);
  await using base = await startVariant({ kind: 'bare' }, collectorUrl);
  await using candidate = await startVariant(variant, collectorUrl);
  for (const { pingUrl } of [base, candidate]) await load.burst({ url: pingUrl, connections, seconds: warmUpSeconds });
  const measure = async ({ subject, pingUrl }: RunningVariant): Promise<Burst> => {
    const before = await subject.usage();
    const { requests, requestsPerSecond } = await load.burst({ url: pingUrl, connections, seconds: burstSeconds });
    const after = await subject.usage();
    return { requestsPerSecond, cpuSecondsPerRequest: (after.cpuSeconds - before.cpuSeconds) / requests };
  };
  const [pairs = []] = await measureInPairs({ base, candidates: [candidate], rounds, measure, signal });
  return pairs;
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
