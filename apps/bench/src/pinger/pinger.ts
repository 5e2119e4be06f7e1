import type { Benchmark, Findings, LinePlot, Row, Spread, Stage } from '../benchmark.ts';
import { leaveSubjectItsCore } from '../harness/cores.ts';
import { spreadOf } from '../harness/spread.ts';
import { type BareLoop, measureBareLoop } from './bare-loop.ts';
import { autocannonAt, findHighestRate } from './highest-rate.ts';
import { measurePoint, type Point, secondsOf } from './points.ts';
import { Target } from './target.ts';

/** Milliseconds after which the slow target answers. */
const slowMs = 2_000;
const rates = { full: [10, 100, 1_000, 5_000], quick: [10, 1_000] } as const;
const targets = ['healthy', 'slow', 'refusing'] as const;
type TargetKind = (typeof targets)[number];

/** Milliseconds of the send-time error's p99, by pings per second. */
const aims: ReadonlyMap<number, number> = new Map([
  [10, 1],
  [1_000, 2],
]);

/** A loop that sends nothing, by pings per second: what the machine is late by itself. */
type Floors = ReadonlyMap<number, BareLoop>;

export const pinger: Benchmark = {
  name: 'pinger',
  title: 'Pinger: on time, and every ping accounted for',
  method:
    'The built pinger runs as it is deployed: metrics served, a tenth of the pings traced and exported. Its target is on the other core: it answers at once, ' +
    `answers after ${slowMs / 1000} s, or its port is closed. The send-time error is what the pinger reports of its whole run, from the first ping on (at 10 per second that is ${secondsOf('full', 10) * 10} pings); ` +
    'where there is an aim it stands against a loop with the same timers that sends nothing, run once before: no prober can be more punctual on the machine. ' +
    'Beside it stands what the target sees: when each ping arrived against an even schedule, over the second half of the run, which holds the connection ' +
    'and the noise of the target too. Each run fails unless scheduled = ended + dropped, and unless a target that answers at once got as many pings as were sent. ' +
    'The highest rate is searched by halving: p99 of the arrivals within 5 ms and nothing dropped; autocannon, with its overall rate and keep-alive ' +
    'connections, is judged at the same rate by the same arrivals.',
  minutes: 6,
  run,
};

async function run(stage: Stage): Promise<Findings> {
  stage.cleanUp.use(leaveSubjectItsCore());
  const healthy = stage.cleanUp.use(await Target.start(0));
  const slow = stage.cleanUp.use(await Target.start(slowMs));
  const floors = await measureFloors(stage);
  const bare = await measureBareRequests(stage, healthy);
  const points: (Point & { kind: TargetKind })[] = [];
  for (const kind of targets) {
    for (const ratePerSecond of rates[stage.effort]) {
      const target = { healthy, slow, refusing: undefined }[kind];
      const options = { stage, target, collector: healthy.origin, ratePerSecond };
      const what = `${ratePerSecond} pings per second, target ${kind}`;
      points.push({ kind, ...(await during(stage, what, () => measurePoint(options))) });
    }
  }
  const highest = await highestRateRows(stage, healthy);
  return {
    rows: [...points.flatMap((point) => rowsOf(point, floors)), bare, ...highest],
    plots: [errorPlot(points)],
    notes: [
      ...points.flatMap((point) => lateNotes(point)),
      ...(highest.length === 0 ? ['No rate was held with p99 within 5 ms at the target: the machine was busy.'] : []),
    ],
  };
}

async function measureFloors(stage: Stage): Promise<Floors> {
  const floors = new Map<number, BareLoop>();
  for (const ratePerSecond of aims.keys()) {
    const options = { ratePerSecond, seconds: secondsOf(stage.effort, ratePerSecond) };
    const what = `${ratePerSecond} per second, nothing sent`;
    floors.set(ratePerSecond, await during(stage, what, () => measureBareLoop(stage, options)));
  }
  return floors;
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

function lateNotes({ kind, ratePerSecond, report, seconds }: Point & { kind: TargetKind }): string[] {
  const { max } = report.scheduleLagMs;
  if (max < 0.1 * seconds * 1000) return [];
  return [
    `${ratePerSecond} per second with the target ${kind} is above what one process sends: pings start up to ${ms(max)} late, and each is counted.`,
  ];
}

function rowsOf({ kind, ratePerSecond, report, arrived }: Point & { kind: TargetKind }, floors: Floors): Row[] {
  const { p50, p99 } = report.scheduleLagMs;
  const where = `${ratePerSecond} per second, ${kind}`;
  const aim = aims.get(ratePerSecond);
  const floor = floors.get(ratePerSecond);
  const failed = Object.entries(report.failed).filter(([, count]) => count > 0);
  const ends = [`ok ${report.ok}`, ...failed.map(([name, count]) => `${name} ${count}`), `dropped ${report.dropped}`];
  const drift = arrived && `${arrived.driftPerMinute.toFixed(2)} ms`;
  return [
    { what: `${where}: send-time error p50`, value: single(p50), unit: 'ms' },
    {
      what: `${where}: send-time error p99`,
      ...(floor && { against: `nothing sent: ${ms(floor.p99)}` }),
      value: single(p99),
      unit: 'ms',
      ...(aim !== undefined && { aim: { atMost: aim } }),
      note: `scheduled ${report.scheduled} = ${ends.join(' + ')}`,
    },
    ...(arrived
      ? [
          {
            what: `${where}: at the target, warm, p99`,
            against: `its p50 is ${ms(arrived.p50)}`,
            value: single(arrived.p99),
            unit: 'ms' as const,
            note: `drift of the median ${drift} per minute`,
          },
        ]
      : []),
  ];
}

function errorPlot(points: readonly (Point & { kind: TargetKind })[]): LinePlot {
  return {
    kind: 'line',
    title: 'Send-time error, p99',
    x: { label: 'pings per second', scale: 'log' },
    y: { label: 'ms', scale: 'log' },
    points: points.map(({ kind, ratePerSecond, report }) => ({
      series: kind,
      x: ratePerSecond,
      y: Math.max(report.scheduleLagMs.p99, 0.001),
    })),
  };
}

function single(value: number): Spread {
  return spreadOf([value]);
}

function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
