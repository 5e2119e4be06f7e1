import { extname, join } from 'node:path';
import type { Stage } from '../benchmark.ts';
import { Child } from '../harness/child.ts';
import { onCoreOf } from '../harness/cores.ts';
import { quantile } from '../harness/spread.ts';
import type { BareLoopReport } from './bare-loop-process.ts';

/** How late a loop was that has nothing of the pinger but the schedule; milliseconds. */
export interface BareLoop {
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of CPU for each instant. */
  readonly cpuPerInstant: number;
}

export interface BareLoopOptions {
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Requested at each instant on a connection of its own; nothing is sent when absent. */
  readonly url?: string;
}

/** Beside this file: as source in tests, else built. */
const loopProcess = join(import.meta.dirname, `bare-loop-process${extname(import.meta.filename)}`);

/** Runs it on the core of the subject. Errors: rejects when it ends without its report, as it does when a request fails. */
export async function measureBareLoop(
  { signal, cleanUp }: Pick<Stage, 'signal' | 'cleanUp'>,
  { ratePerSecond, seconds, url }: BareLoopOptions,
): Promise<BareLoop> {
  signal.throwIfAborted();
  const args = [`${ratePerSecond}`, `${seconds}`, ...(url === undefined ? [] : [url])];
  const command = onCoreOf('subject', [process.execPath, loopProcess, ...args]);
  const child = await Child.start({ name: 'the bare loop', command });
  cleanUp.defer(() => child.close(1_000));
  const isReport = (message: unknown): message is BareLoopReport => Array.isArray((message as BareLoopReport).lateMs);
  const { lateMs, cpuMicroseconds } = await child.ask({}, isReport);
  signal.throwIfAborted();
  const sorted = lateMs.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), cpuPerInstant: cpuMicroseconds / lateMs.length };
}
