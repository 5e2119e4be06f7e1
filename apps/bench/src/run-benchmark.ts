import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Stage } from './benchmark.ts';
import type { Section } from './report/bench-report.ts';

/**
 * Runs one benchmark in a folder of its own, and ends whatever it started.
 *
 * Errors: a benchmark that fails is a section with its reason, since the others are still worth their time; only the user's end rejects.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  { progress, signal, effort }: Pick<Stage, 'progress' | 'signal' | 'effort'>,
): Promise<Section> {
  const { name, title, method } = benchmark;
  const startedAt = performance.now();
  const section = (rest: Pick<Section, 'findings' | 'failure'>): Section => ({
    name,
    title,
    method,
    seconds: (performance.now() - startedAt) / 1000,
    ...rest,
  });
  await using cleanUp = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return section({ findings: await benchmark.run({ progress, signal, effort, folder, cleanUp }) });
  } catch (error) {
    signal.throwIfAborted();
    return section({ failure: error instanceof Error ? error.message : String(error) });
  }
}
