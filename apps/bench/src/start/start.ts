import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Findings, LinePlot, Row, Stage } from '../benchmark.ts';
import { leaveSubjectItsCore } from '../harness/cores.ts';
import { Load } from '../harness/load.ts';
import { measureInPairs, ratioOf } from '../harness/pairs.ts';
import { spreadOf } from '../harness/spread.ts';
import { startCollector } from './collector.ts';
import { type Deployed, deployedPingService } from './deployed.ts';
import { lateRise } from './slope.ts';
import { startService, type StartedService, type Variant } from './service.ts';

const efforts = {
  full: { starts: 10, memoryMinutes: 10 },
  quick: { starts: 2, memoryMinutes: 1 },
} as const satisfies Record<Stage['effort'], object>;

const mostReadyMs = 1_000;
const mostMegabytesOverBare = 40;
/** Over the later half of the time; what V8 gives and takes from one look to the next is of this size. */
const mostRiseMegabytes = 5;
const requestsPerSecond = 100;
const rate = { perSecond: requestsPerSecond, spread: 'even' } as const;
const connections = 5;
const sampleEverySeconds = 5;
/** A ratio beside the deployed one. */
const sparseRatio = 0.1;
const bytesPerMegabyte = 1e6;

export const start: Benchmark = {
  name: 'start',
  title: 'Start and memory of ping-service',
  method:
    'ping-service is started as the manifests start it, with their sampling and the heap that Node gives itself in a container of their size; beside it an app with the same answers from the ' +
    'same Nest and Fastify and nothing else, under the same settings of memory. Ready is the time from before the spawn to the first 200 of the readiness path, asked every 5 ms, in turns; the files are in the cache of the operating ' +
    'system. Memory is resident memory, of all variants at the same time at 100 requests per second each, at even distances: with a collector that takes the traces, one that refuses connections, and one that takes connections and never answers. ' +
    'Flat means: its least-squares slope over the later half of the time.',
  minutes: 11,
  run: measureStart,
};

async function measureStart(stage: Stage): Promise<Findings> {
  const deployed = deployedPingService();
  const [up, refused, silent] = await Promise.all((['up', 'refused', 'silent'] as const).map(startCollector));
  stage.cleanUp.use(leaveSubjectItsCore());
  for (const collector of [up, refused, silent]) if (collector) stage.cleanUp.use(collector);
  const traced = (name: string, collectorUrl = '', sampleRatio = deployed.sampleRatio): Variant => ({
    name,
    telemetry: { collectorUrl, sampleRatio },
  });
  const bare: Variant = { name: 'bare' };
  const ours = traced(`ours, ${percent(deployed.sampleRatio)} sampled`, up?.url);
  const sparse = traced(`ours, ${percent(sparseRatio)} sampled`, up?.url, sparseRatio);
  const variants = [
    bare,
    ours,
    sparse,
    traced('ours, collector refuses', refused?.url),
    traced('ours, collector never answers', silent?.url),
  ];
  const ready = await measureReady(bare, [ours, sparse], deployed, stage);
  const memory = await measureMemory(variants, deployed, stage);
  return { rows: [...ready, ...memory.rows], plots: [memory.plot], notes: [] };
}

async function measureReady(
  base: Variant,
  candidates: readonly Variant[],
  deployed: Deployed,
  { effort, progress, signal }: Stage,
): Promise<Row[]> {
  const rounds = efforts[effort].starts;
  const measure = async (variant: Variant, round: number) => {
    progress(`start ${round + 1} of ${rounds}: ${variant.name}`);
    await using service = await started(variant, deployed);
    return service.readyMs;
  };
  // What is read for the first time comes from the disk.
  for (const variant of [base, ...candidates]) await measure(variant, 0);
  const pairs = await measureInPairs({ base, candidates, rounds, measure, signal });
  const baseMs = pairs.flat().flatMap(({ before, after }) => [before, after]);
  return [
    { what: `ready: ${base.name}`, value: spreadOf(baseMs), unit: 'ms' },
    ...pairs.flatMap((own, index): Row[] => {
      const what = `ready: ${candidates[index]?.name}`;
      return [
        { what, value: spreadOf(own.map(({ candidate }) => candidate)), unit: 'ms', aim: { atMost: mostReadyMs } },
        { what: `${what}, ratio`, against: base.name, value: ratioOf(own, (ms) => ms), unit: '×' },
      ];
    }),
  ];
}

/** A service that ends with its block. */
async function started(variant: Variant, deployed: Deployed): Promise<StartedService & AsyncDisposable> {
  const service = await startService(variant, deployed);
  return { ...service, [Symbol.asyncDispose]: () => service.subject.close(0) };
}

interface MemorySample {
  /** Minutes since the load began. */
  readonly x: number;
  /** Megabytes. */
  readonly y: number;
}

async function measureMemory(
  variants: readonly Variant[],
  deployed: Deployed,
  stage: Stage,
): Promise<{ readonly rows: Row[]; readonly plot: LinePlot }> {
  const { effort, progress, signal, cleanUp } = stage;
  const minutes = efforts[effort].memoryMinutes;
  const load = cleanUp.use(await Load.start());
  const services: StartedService[] = [];
  for (const variant of variants) {
    progress(`memory: start of ${variant.name}`);
    signal.throwIfAborted();
    const service = await startService(variant, deployed);
    cleanUp.use(service.subject);
    services.push(service);
  }
  await sleep(1_000, undefined, { signal });
  const series: MemorySample[][] = await Promise.all(
    services.map(async (service) => [{ x: 0, y: await megabytes(service) }]),
  );
  const looks = Math.round((minutes * 60) / sampleEverySeconds);
  for (let look = 1; look <= looks; look++) {
    signal.throwIfAborted();
    const x = (look * sampleEverySeconds) / 60;
    await Promise.all(
      services.map(({ pingUrl }) => load.burst({ url: pingUrl, connections, seconds: sampleEverySeconds, rate })),
    );
    const now = await Promise.all(services.map(megabytes));
    for (const [index, y] of now.entries()) series[index]?.push({ x, y });
    progress(`memory after ${x.toFixed(1)} of ${minutes} min: ${now.map((value) => Math.round(value)).join(', ')} MB`);
  }
  return { rows: memoryRows(variants, series, minutes), plot: memoryPlot(variants, series) };
}

async function megabytes({ subject }: StartedService): Promise<number> {
  return (await subject.usage()).rssBytes / bytesPerMegabyte;
}

/** @param series the first one is of the bare app. */
function memoryRows(
  variants: readonly Variant[],
  series: readonly (readonly MemorySample[])[],
  minutes: number,
): Row[] {
  const [bare = [], ...others] = series.map((samples) => samples.map(({ y }) => y));
  const after = `after ${minutes} min at ${requestsPerSecond}/s`;
  const idle = variants.map(({ name }, index): Row => ({
    what: `memory idle: ${name}`,
    value: spreadOf([series[index]?.[0]?.y ?? NaN]),
    unit: 'MB',
  }));
  const late = variants.map(({ name }, index): Row => ({
    what: `memory ${after}: ${name}`,
    value: spreadOf(lastQuarter(series[index]?.map(({ y }) => y) ?? [])),
    unit: 'MB',
  }));
  const over = others.map((samples, index): Row => {
    const bareLate = spreadOf(lastQuarter(bare)).median;
    return {
      what: `memory ${after}, over bare: ${variants[index + 1]?.name}`,
      against: 'bare',
      value: spreadOf(lastQuarter(samples).map((value) => value - bareLate)),
      unit: 'MB',
      aim: { atMost: mostMegabytesOverBare },
    };
  });
  const rises = variants.map(({ name }, index): Row => ({
    what: `rise over the later ${minutes / 2} min: ${name}`,
    value: spreadOf([lateRise(series[index] ?? [])]),
    unit: 'MB',
    ...(index === 0 ? {} : { aim: { atMost: mostRiseMegabytes } }),
  }));
  return [...idle, ...late, ...over, ...rises];
}

function lastQuarter(values: readonly number[]): readonly number[] {
  return values.slice(Math.floor((values.length * 3) / 4));
}

function memoryPlot(variants: readonly Variant[], series: readonly (readonly MemorySample[])[]): LinePlot {
  return {
    kind: 'line',
    title: `Resident memory at ${requestsPerSecond} requests per second`,
    x: { label: 'minutes', scale: 'linear' },
    y: { label: 'MB', scale: 'linear' },
    points: series.flatMap((samples, index) =>
      samples.map((sample) => ({ series: variants[index]?.name ?? '', ...sample })),
    ),
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
