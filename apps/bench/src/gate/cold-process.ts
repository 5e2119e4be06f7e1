/** The arithmetic of one objective as a new process does it first: `cold-process.js <objective>` writes the times as JSON. */
import { execFile } from 'node:child_process';
import { argv } from 'node:process';
import { promisify } from 'node:util';
import { type GateTimes, timedGate } from './timed-gate.ts';

export type { GateTimes } from './timed-gate.ts';

/** Starts a process for it. */
export async function coldArithmetic(objective: string, signal: AbortSignal): Promise<GateTimes> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, objective], { signal });
  return JSON.parse(stdout) as GateTimes;
}

if (argv[1] === import.meta.filename) process.stdout.write(JSON.stringify(timedGate(argv[2] ?? '')));
