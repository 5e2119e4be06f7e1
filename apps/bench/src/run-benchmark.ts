import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Findings, Stage } from './benchmark.ts';
import type { Section } from './report/bench-report.ts';
import { checkFindings } from './report/report-schema.ts';

/** A benchmark that the user ended gets this long to stop by itself before what it started is ended. */
const stopWithinMs = 3_000;

/**
 * Runs one benchmark in a folder of its own, and ends whatever it started.
 *
 * Errors: a benchmark that fails, or that leaves something behind, is a section with its reason, since the others are still worth their time; only the
 * user's end rejects.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  { progress, signal, effort }: Pick<Stage, 'progress' | 'signal' | 'effort'>,
): Promise<Section> {
  const { name, title, method } = benchmark;
  const startedAt = new Date().toISOString();
  const start = performance.now();
  let rest: Pick<Section, 'findings' | 'failure'>;
  try {
    rest = { findings: await runInFolder(benchmark, { progress, signal, effort }) };
  } catch (error) {
    signal.throwIfAborted();
    progress(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    rest = { failure: reasonOf(error) };
  }
  return { name, title, method, startedAt, seconds: (performance.now() - start) / 1000, effort, ...rest };
}

async function runInFolder(
  benchmark: Benchmark,
  { signal, ...rest }: Pick<Stage, 'progress' | 'signal' | 'effort'>,
): Promise<Findings> {
  signal.throwIfAborted();
  await using cleanUp = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), `bench-${benchmark.name}-`));
  // First in, last out: whatever writes into the folder has ended by then.
  cleanUp.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const found = await unlessEnded(benchmark.run({ ...rest, signal, folder, cleanUp }), signal);
  const { value, problems } = checkFindings(found);
  if (problems !== undefined)
    throw new Error(`bench: ${benchmark.name}: its findings are wrong:\n${problems.join('\n')}`);
  return value;
}

/** Waits for the run, but not for ever for one that doesn't heed the signal. */
async function unlessEnded<T>(run: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let end = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = () => {
      timer = setTimeout(() => reject(signal.reason as Error), stopWithinMs);
    };
  });
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([run, ended]);
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  }
}

/** Of a failure that a failed clean-up covers, both. */
function reasonOf(error: unknown): string {
  if (error instanceof SuppressedError) return `${reasonOf(error.suppressed)}; then ${reasonOf(error.error)}`;
  return error instanceof Error ? error.message : String(error);
}
