import type { Benchmark, Findings, LinePlot, Row, Spread, Stage } from '../benchmark.ts';
import { leaveSubjectItsCore } from '../harness/cores.ts';
import { spreadOf } from '../harness/spread.ts';
import { type BareLoop, measureBareLoop } from './bare-loop.ts';
import type { ArrivalErrors } from './arrivals.ts';
import { autocannonAt, findHighestRate } from './highest-rate.ts';
import { measurePoint, type Point, secondsOf } from './points.ts';
import { Target } from './target.ts';

/** Milliseconds after which the slow target answers. */
const slowMs = 2_000;
const rates = { full: [10, 100, 1_000, 5_000], quick: [10, 1_000] } as const;
const targets = ['healthy', 'slow', 'refusing'] as const;
type TargetKind = (typeof targets)[number];
type Bases = Readonly<Record<TargetKind, Target | undefined> & { healthy: Target }>;

/** Milliseconds of the send-time error's p99, by pings per second. */
const aims: ReadonlyMap<number, number> = new Map([
  [10, 1],
  [1_000, 2],
]);

/** Where there is an aim, a single stall of the machine must not decide: so many runs, each of new processes. */
const rounds = { full: 3, quick: 1 } as const;

/** The runs of one rate and target. */
interface Series {
  readonly kind: TargetKind;
  readonly ratePerSecond: number;
  readonly points: Point[];
}

/** Loops that send nothing, a run per round, by pings per second. */
type Floors = ReadonlyMap<number, BareLoop[]>;

export const pinger: Benchmark = {
  name: 'pinger',
  title: 'Pinger: on time, and every ping accounted for',
  method:
    'The built pinger runs as it is deployed: metrics served, a tenth of the pings traced and exported. Its target is on the other core: it answers at once, ' +
    `answers after ${slowMs / 1000} s, or its port is closed. The send-time error is what the pinger reports of a whole run, from the first ping on (at 10 per second that is ${secondsOf('full', 10) * 10} pings); ` +
    `where there is an aim the median of ${rounds.full} runs counts, targets and rates in turns, and it stands against a loop with the same timers that sends nothing, run as often: no prober can be more punctual on the machine. ` +
    'Beside it stands what the target sees: when each ping arrived against an even schedule, over the second half of the run, which holds the connection ' +
    'and the noise of the target too. Each run fails unless scheduled = ended + dropped, and unless a target that answers at once got as many pings as were sent. ' +
    'The highest rate is searched by halving: p99 of the arrivals within 5 ms and nothing dropped; autocannon, with its overall rate and keep-alive ' +
    'connections, is judged at the same rate by the same arrivals.',
  minutes: 14,
  run,
};

async function run(stage: Stage): Promise<Findings> {
  stage.cleanUp.use(leaveSubjectItsCore());
  const healthy = stage.cleanUp.use(await Target.start(0));
  const slow = stage.cleanUp.use(await Target.start(slowMs));
  const bare = await measureBareRequests(stage, healthy);
  const { series, floors } = await measureSeries(stage, { healthy, slow, refusing: undefined });
  const highest = await highestRateRows(stage, healthy);
  return {
    rows: [...series.flatMap((one) => rowsOf(one, floors)), bare, ...highest],
    plots: [errorPlot(series)],
    notes: [
      ...series.flatMap((one) => lateNotes(one)),
      ...(highest.length === 0 ? ['No rate was held with p99 within 5 ms at the target: the machine was busy.'] : []),
    ],
  };
}

/** Every rate and target once, then again those with an aim. */
async function measureSeries(stage: Stage, bases: Bases) {
  const floors = new Map<number, BareLoop[]>([...aims.keys()].map((rate) => [rate, []]));
  const series = targets.flatMap((kind) =>
    rates[stage.effort].map((ratePerSecond): Series => ({ kind, ratePerSecond, points: [] })),
  );
  for (let round = 1; round <= rounds[stage.effort]; round++) {
    const of = `run ${round} of ${rounds[stage.effort]}`;
    for (const [ratePerSecond, loops] of floors) {
      const options = { ratePerSecond, seconds: secondsOf(stage.effort, ratePerSecond) };
      const what = `${ratePerSecond} per second, nothing sent, ${of}`;
      loops.push(await during(stage, what, () => measureBareLoop(stage, options)));
    }
    for (const { kind, ratePerSecond, points } of series) {
      if (round > 1 && !aims.has(ratePerSecond)) continue;
      const options = { stage, target: bases[kind], collector: bases.healthy.origin, ratePerSecond };
      const what = `${ratePerSecond} pings per second, target ${kind}${aims.has(ratePerSecond) ? `, ${of}` : ''}`;
      points.push(await during(stage, what, () => measurePoint(options)));
    }
  }
  return { series, floors };
}

/** Says every ten seconds that it still goes on. */
async function during<T>({ progress }: Stage, what: string, measure: () => Promise<T>): Promise<T> {
  progress(what);
  const timer = setInterval(() => progress(what), 10_000);
  try {
    return await measure();
  } finally {
    clearInterval(timer);
  }
}

/** What a fresh connection per request costs whoever makes it. */
async function measureBareRequests(stage: Stage, target: Target): Promise<Row> {
  const ratePerSecond = 1_000;
  const options = { ratePerSecond, seconds: secondsOf(stage.effort, ratePerSecond), url: target.pingUrl };
  const what = `${ratePerSecond} bare requests per second`;
  const { p50, p99, cpuPerInstant } = await during(stage, what, () => measureBareLoop(stage, options));
  return {
    what: `${ratePerSecond} per second, healthy, bare node:http instead of the pinger: send-time error p99`,
    value: single(p99),
    unit: 'ms',
    note: `p50 ${ms(p50)}; CPU ${cpuPerInstant.toFixed(0)} µs per request, each on a connection of its own; warm`,
  };
}

async function highestRateRows(stage: Stage, target: Target): Promise<Row[]> {
  const highest = await findHighestRate(stage, target);
  if (!highest) return [];
  const { ratePerSecond, errors, tried } = highest;
  const beside = await autocannonAt(stage, target, ratePerSecond);
  return [
    {
      what: 'highest rate of one process with p99 within 5 ms',
      value: single(ratePerSecond),
      unit: '/s',
      note: `${tried.length} runs; at this rate p50 ${ms(errors.p50)}, p99 ${ms(errors.p99)} at the target`,
    },
    {
      what: `autocannon at ${ratePerSecond} per second: p99 at the target`,
      against: `pinger: ${ms(errors.p99)}`,
      value: single(beside.p99),
      unit: 'ms',
      note: `p50 ${ms(beside.p50)}; its connections are kept alive, and it sends nothing before one of them is free`,
    },
  ];
}

function lateNotes({ kind, ratePerSecond, points }: Series): string[] {
  const max = Math.max(...points.map(({ report }) => report.scheduleLagMs.max));
  const { seconds } = points[0] as Point;
  if (max < 0.1 * seconds * 1000) return [];
  return [
    `${ratePerSecond} per second with the target ${kind} is above what one process sends: pings start up to ${ms(max)} late, and each is counted.`,
  ];
}

function rowsOf({ kind, ratePerSecond, points }: Series, floors: Floors): Row[] {
  const where = `${ratePerSecond} per second, ${kind}`;
  const aim = aims.get(ratePerSecond);
  const floor = floors.get(ratePerSecond)?.map(({ p99 }) => p99);
  const arrived = points.flatMap((point) => point.arrived ?? []);
  const lag = (percentile: 'p50' | 'p99') => spreadOf(points.map(({ report }) => report.scheduleLagMs[percentile]));
  return [
    { what: `${where}: send-time error p50`, value: lag('p50'), unit: 'ms' },
    {
      what: `${where}: send-time error p99`,
      ...(floor && { against: `nothing sent: ${ms(spreadOf(floor).median)}` }),
      value: lag('p99'),
      unit: 'ms',
      ...(aim !== undefined && { aim: { atMost: aim } }),
      note: endsOf(points),
    },
    ...(arrived.length > 0 ? [arrivedRow(where, arrived)] : []),
  ];
}

function arrivedRow(where: string, arrived: readonly ArrivalErrors[]): Row {
  const median = (key: keyof ArrivalErrors) => spreadOf(arrived.map((errors) => errors[key])).median;
  return {
    what: `${where}: at the target, warm, p99`,
    against: `its p50 is ${ms(median('p50'))}`,
    value: spreadOf(arrived.map(({ p99 }) => p99)),
    unit: 'ms',
    note: `drift of the median ${median('driftPerMinute').toFixed(2)} ms per minute`,
  };
}

/** How the pings of all runs ended. */
function endsOf(points: readonly Point[]): string {
  const counts = new Map<string, number>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  for (const { report } of points) {
    add('ok', report.ok);
    for (const [name, count] of Object.entries(report.failed).filter(([, failed]) => failed > 0)) add(name, count);
  }
  for (const { report } of points) add('dropped', report.dropped);
  const scheduled = points.reduce((sum, { report }) => sum + report.scheduled, 0);
  return `scheduled ${scheduled} = ${[...counts].map(([name, count]) => `${name} ${count}`).join(' + ')}`;
}

function errorPlot(series: readonly Series[]): LinePlot {
  return {
    kind: 'line',
    title: 'Send-time error, p99',
    x: { label: 'pings per second', scale: 'log' },
    y: { label: 'ms', scale: 'log' },
    points: series.map(({ kind, ratePerSecond, points }) => ({
      series: kind,
      x: ratePerSecond,
      y: Math.max(spreadOf(points.map(({ report }) => report.scheduleLagMs.p99)).median, 0.001),
    })),
  };
}

function single(value: number): Spread {
  return spreadOf([value]);
}

function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
