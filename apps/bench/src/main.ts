/**
 * Measures what the parts of this workspace cost, each against what it is to be compared with.
 *
 * Exit code: 0 when everything was measured, whatever the figures say; 1 when a benchmark failed, or an aim was missed under `--strict`; 2 on wrong
 * arguments; 130 when interrupted.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { benchmarks } from './benchmarks.ts';
import { type Arguments, readArguments } from './command-line.ts';
import { type BenchReport, type Section, thisMachine } from './report/bench-report.ts';
import { standingOf } from './report/figures.ts';
import { textTable } from './report/table.ts';
import { runBenchmark } from './run-benchmark.ts';

const abortion = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abortion.abort());

const chosen = readArguments(process.argv.slice(2), benchmarks);
try {
  process.exitCode = await run(chosen);
} catch (error) {
  if (!abortion.signal.aborted) throw error;
  process.stderr.write('\nbench: interrupted, nothing was written\n');
  process.exitCode = 130;
}

async function run({ names, effort, out, strict }: Arguments): Promise<number> {
  const selected = benchmarks.filter(({ name }) => names.includes(name));
  const minutes = selected.reduce((sum, benchmark) => sum + benchmark.minutes, 0);
  if (effort === 'full')
    say(`${selected.length} benchmarks, about ${Math.ceil(minutes)} minutes; leave the machine alone meanwhile`);
  const startedAt = new Date().toISOString();
  const sections: Section[] = [];
  for (const [index, benchmark] of selected.entries()) {
    const section = await runOne(benchmark, `${index + 1}/${selected.length}`, effort);
    sections.push(section);
    process.stdout.write(`${textTable({ sections: [section] })}\n\n`);
  }
  const report: BenchReport = { startedAt, effort, machine: thisMachine(), sections };
  writeReport(resolve(out), report);
  return outcome(report, strict);
}

function runOne(benchmark: Benchmark, place: string, effort: Arguments['effort']): Promise<Section> {
  const startedAt = performance.now();
  const progress = (text: string) =>
    say(`[${place}] ${benchmark.name} ${Math.round((performance.now() - startedAt) / 1000)} s: ${text}`);
  progress(benchmark.title);
  return runBenchmark(benchmark, { progress, signal: abortion.signal, effort });
}

function writeReport(folder: string, report: BenchReport): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  say(`written: ${join(relative(process.cwd(), folder), 'bench.json')}`);
}

function outcome({ sections }: BenchReport, strict: boolean): number {
  const rows = sections.flatMap(({ findings }) => findings?.rows ?? []);
  const count = (standing: string) => rows.filter((row) => standingOf(row) === standing).length;
  const failed = sections.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
  const failure = failed.length === 0 ? '' : `, failed: ${failed.join(', ')}`;
  process.stdout.write(
    `${rows.length} figures: ${count('reached')} reach their aim, ${count('missed')} miss it${failure}\n`,
  );
  return failed.length > 0 || (strict && count('missed') > 0) ? 1 : 0;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
