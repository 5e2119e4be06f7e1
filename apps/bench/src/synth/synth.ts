import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, Findings, Point, Row, Stage } from '../benchmark.ts';
import { measureInPairs, type Pair, ratioOf } from '../harness/pairs.ts';
import { spreadOf } from '../harness/spread.ts';
import { timedRun } from '../harness/timed-run.ts';

const mostTimesTheScript = 1.5;
/** Rounds by number of services: many where a run is short. */
const efforts = {
  full: { rounds: { 1: 7, 10: 7, 100: 5, 1000: 3 }, stockRounds: { 1: 3, 10: 3, 100: 2, 1000: 1 } },
  quick: { rounds: { 1: 2, 10: 2, 100: 1 }, stockRounds: { 1: 1, 10: 1 } },
} as const satisfies Record<Stage['effort'], Record<'rounds' | 'stockRounds', Readonly<Record<number, number>>>>;

type Program = 'print-objects' | 'write-services' | 'write-services-stock';

export const synth: Benchmark = {
  name: 'synth',
  title: 'Synth of many services',
  method:
    'Services are ping-service as the manifests have it, six objects each, under names and service levels of their own. Time is from spawn to exit, with every file written. ' +
    'Measured in turns with a plain script that reads the same objects from a JSON file and prints them with the `yaml` package, and that keeps no compiled modules; ours does, as the ' +
    'target charts:synth does. Both outputs are compared first. cdk8s’ own app.synth() draws the same constructs, without the checks.',
  minutes: 3,
  run: measureSynth,
};

async function measureSynth(stage: Stage): Promise<Findings> {
  const rows: Row[] = [];
  const points: Point[] = [];
  const perService = new Map<number, number>();
  const { rounds, stockRounds } = efforts[stage.effort];
  for (const [text, times] of Object.entries(rounds)) {
    const count = Number(text);
    const sizes = new ServiceSynth(count, stage);
    await sizes.prepare();
    const [ours = [], cached = []] = await measureInPairs<Side, number>({
      base: { program: 'print-objects', keepsCompiled: false },
      candidates: [
        { program: 'write-services', keepsCompiled: true },
        { program: 'print-objects', keepsCompiled: true },
      ],
      rounds: times,
      measure: (side) => sizes.run(side),
      signal: stage.signal,
    });
    rows.push(...rowsOf(count, ours, cached));
    const median = spreadOf(ours.map(({ candidate }) => candidate)).median;
    perService.set(count, median / count);
    points.push({ series: 'ours', x: count, y: median }, { series: 'plain script', x: count, y: scriptMs(ours) });
    const stockTimes = (stockRounds as Readonly<Record<number, number>>)[count] ?? 0;
    const stock: number[] = [];
    for (let round = 0; round < stockTimes; round++) {
      stock.push(await sizes.run({ program: 'write-services-stock', keepsCompiled: true }));
    }
    if (stock.length === 0) continue;
    const value = spreadOf(stock.map((ms) => ms / scriptMs(ours)));
    rows.push({ what: `${services(count)}: app.synth()`, against: 'plain script', value, unit: '×' });
    points.push({ series: 'app.synth()', x: count, y: spreadOf(stock).median });
  }
  rows.push(...linearity(perService));
  const axes = {
    x: { label: 'services', scale: 'log' },
    y: { label: 'milliseconds from spawn to exit', scale: 'log' },
  } as const;
  return { rows, plots: [{ kind: 'line', title: 'Time of a synth', ...axes, points }], notes: [] };
}

interface Side {
  readonly program: Program;
  readonly keepsCompiled: boolean;
}

/** The programs for one number of services, in the bench's folder. */
class ServiceSynth {
  readonly #count: number;
  readonly #stage: Stage;
  readonly #objects: string;

  constructor(count: number, stage: Stage) {
    this.#count = count;
    this.#stage = stage;
    this.#objects = join(stage.folder, `${count}.json`);
  }

  /**
   * Writes the script's objects, and runs each side once, so that no side pays for a cold disk or an empty cache.
   *
   * Errors: rejects when the two sides don't write the same objects.
   */
  async prepare(): Promise<void> {
    const { progress, signal } = this.#stage;
    progress(`${services(this.#count)}: preparing`);
    await timedRun({
      command: [process.execPath, programPath('write-objects'), `${this.#count}`, this.#objects],
      signal,
    });
    for (const keepsCompiled of [true, false]) await this.run({ program: 'print-objects', keepsCompiled });
    await this.run({ program: 'write-services', keepsCompiled: true });
    const [ours, script] = (['write-services', 'print-objects'] as const).map((program) => this.#folder(program));
    const differing = readdirSync(script as string).filter(
      (file) => withoutBanner(join(ours as string, file)) !== readFileSync(join(script as string, file), 'utf8'),
    );
    if (differing.length > 0)
      throw new Error(`synth: both sides must write the same, got other ${differing.join(', ')}`);
  }

  /** Milliseconds. */
  run({ program, keepsCompiled }: Side): Promise<number> {
    const { folder, progress, signal } = this.#stage;
    progress(`${services(this.#count)}: ${program}`);
    const input = program === 'print-objects' ? this.#objects : `${this.#count}`;
    return timedRun({
      command: [process.execPath, programPath(program), input, this.#folder(program)],
      env: { NODE_COMPILE_CACHE: keepsCompiled ? join(folder, 'compiled') : undefined },
      signal,
    });
  }

  #folder(program: Program): string {
    return join(this.#stage.folder, `${program}-${this.#count}`);
  }
}

function programPath(name: Program | 'write-objects'): string {
  return join(import.meta.dirname, `${name}.js`);
}

function withoutBanner(path: string): string {
  return readFileSync(path, 'utf8').replace(/^#.*\n/, '');
}

function scriptMs(pairs: readonly Pair<number>[]): number {
  return spreadOf(pairs.flatMap(({ before, after }) => [before, after])).median;
}

function rowsOf(count: number, ours: readonly Pair<number>[], cached: readonly Pair<number>[]): Row[] {
  const time = (value: readonly number[]) => ({ value: spreadOf(value), unit: 'ms' }) as const;
  return [
    {
      what: `${services(count)}: ours`,
      against: 'plain script',
      value: ratioOf(ours, (ms) => ms),
      unit: '×',
      aim: { atMost: mostTimesTheScript },
    },
    { what: `${services(count)}: ours, time`, ...time(ours.map(({ candidate }) => candidate)) },
    { what: `${services(count)}: plain script, time`, ...time(ours.flatMap(({ before, after }) => [before, after])) },
    {
      what: `${services(count)}: plain script with kept compiled modules`,
      against: 'plain script',
      value: ratioOf(cached, (ms) => ms),
      unit: '×',
    },
  ];
}

function linearity(perService: ReadonlyMap<number, number>): Row[] {
  const [many, few] = [perService.get(1000), perService.get(100)];
  if (many === undefined || few === undefined) return [];
  const what = 'time per service at 1,000';
  return [{ what, against: 'at 100 services', value: spreadOf([many / few]), unit: '×', aim: { atMost: 1.1 } }];
}

function services(count: number): string {
  return count === 1 ? '1 service' : `${count.toLocaleString('en-US')} services`;
}
