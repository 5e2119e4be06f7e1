import { join, relative, resolve } from 'node:path';
import { InputError, Interrupted } from '@observed-rollouts/command-line';
import type { Benchmark } from './benchmark.ts';
import { type Arguments, readArguments } from './command-line.ts';
import { type BenchReport, type Section, thisMachine } from './report/bench-report.ts';
import { countStandings } from './report/figures.ts';
import { prepareRecord, record } from './report/record.ts';
import { jsonOf, prepareReport, readReport, writeReport } from './report/report-files.ts';
import { textTable } from './report/table.ts';
import { standingWords } from './report/words.ts';
import { runBenchmark } from './run-benchmark.ts';

const cannotRun = 2;

export interface BenchCommand {
  readonly argv: readonly string[];
  /** In the order of a full run. */
  readonly benchmarks: readonly Benchmark[];
  /** Folder of performance.md. */
  readonly docs: string;
  /** Aborts with an {@link Interrupted}. */
  readonly signal: AbortSignal;
}

/**
 * The whole command: measures, prints tables to standard output and progress to standard error, writes the report.
 *
 * @returns the exit code: 0 when everything was measured, whatever the figures say; 1 when a benchmark failed, or an aim was missed under `--strict`; 2 on
 * wrong arguments or files; 128 and the signal's number when interrupted: what was finished by then is in the report.
 */
export async function runBench({ argv, benchmarks, docs, signal }: BenchCommand): Promise<number> {
  const chosen = readArguments(argv, benchmarks);
  try {
    return await benchAndReport(chosen, { argv, benchmarks, docs, signal });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    say(error.message);
    return cannotRun;
  }
}

async function benchAndReport(chosen: Arguments, { benchmarks, docs, signal }: BenchCommand): Promise<number> {
  const folder = resolve(chosen.out);
  const saved = chosen.from === undefined ? undefined : readReport(chosen.from, '--from');
  const machine = saved?.machine ?? thisMachine();
  const names = saved?.sections.map(({ name }) => name) ?? chosen.names;
  prepareReport(folder);
  if (chosen.record) prepareRecord(docs, machine, names);

  const print = chosen.json ? () => {} : printTable;
  const sections: Section[] = [];
  let interrupted: Interrupted | undefined;
  try {
    for await (const section of saved?.sections ?? measured(benchmarks, chosen, signal)) {
      sections.push(section);
      print(section);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = error;
    say(`\nbench: ${error.message}; ${sections.length} of ${names.length} benchmarks were finished`);
    if (sections.length === 0) return error.exitCode;
  }
  const report: BenchReport = { machine, sections };
  const page = await writeReport(folder, report);
  if (chosen.json) process.stdout.write(jsonOf(report));
  if (chosen.record && interrupted === undefined) {
    record(
      docs,
      report,
      benchmarks.map(({ name }) => name),
    );
    say(`recorded: ${shortPath(join(docs, 'performance.md'))}`);
  }
  const last = `${standingWords(report)}. Open ${shortPath(page)}`;
  (chosen.json ? process.stderr : process.stdout).write(`${last}\n`);
  return interrupted?.exitCode ?? exitCodeOf(report, chosen.strict);
}

/** Runs one benchmark after the other. Errors: rejects with what the signal was aborted with. */
async function* measured(
  benchmarks: readonly Benchmark[],
  { names, effort }: Arguments,
  signal: AbortSignal,
): AsyncGenerator<Section> {
  const selected = benchmarks.filter(({ name }) => names.includes(name));
  const minutes = selected.reduce((sum, benchmark) => sum + benchmark.minutes, 0);
  const duration = effort === 'full' ? `about ${Math.ceil(minutes)} min; leave the machine alone meanwhile` : 'quick';
  say(`${selected.length} ${selected.length === 1 ? 'benchmark' : 'benchmarks'}, ${duration}`);
  for (const [index, benchmark] of selected.entries()) {
    const startedAt = performance.now();
    const progress = (text: string) => {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      say(`[${index + 1}/${selected.length}] ${benchmark.name} ${seconds} s: ${text}`);
    };
    progress(benchmark.title);
    yield await runBenchmark(benchmark, { progress, signal, effort });
  }
}

/** As seen from the current folder, unless it lies elsewhere. */
function shortPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

function printTable(section: Section): void {
  process.stdout.write(`${textTable({ sections: [section] })}\n\n`);
}

function exitCodeOf({ sections }: BenchReport, isStrict: boolean): number {
  const { missed } = countStandings(sections.flatMap(({ findings }) => findings?.rows ?? []));
  const hasFailed = sections.some(({ failure }) => failure !== undefined);
  return hasFailed || (isStrict && missed > 0) ? 1 : 0;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
