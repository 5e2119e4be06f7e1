import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** What one process has taken so far. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  /** Resident memory, in bytes. */
  readonly memoryBytes: number;
}

/** Linux counts CPU time for its users in hundredths of a second, whatever the kernel's own clock is. */
const ticksPerSecond = 100;
const bytesPerKibibyte = 1024;

/** Reads the usage of processes by their ids; one that has ended isn't in the answer. Never rejects. */
export async function readProcessUsage(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessUsage>> {
  const read = process.platform === 'linux' ? pids.map(readFromProc) : await readFromPs(pids);
  return new Map(read.filter((entry) => entry !== undefined));
}

function readFromProc(pid: number): [number, ProcessUsage] | undefined {
  try {
    return [pid, parseProc(readFileSync(`/proc/${pid}/stat`, 'utf8'), readFileSync(`/proc/${pid}/status`, 'utf8'))];
  } catch {
    return undefined;
  }
}

/** @param stat text of `/proc/<pid>/stat`. @param status text of `/proc/<pid>/status`, which lacks `VmRSS` once the process has ended. */
export function parseProc(stat: string, status: string): ProcessUsage {
  // The second field is the name in brackets, which may hold blanks and brackets itself; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? '0';
  return { cpuSeconds: ticks / ticksPerSecond, memoryBytes: Number(kibibytes) * bytesPerKibibyte };
}

async function readFromPs(pids: readonly number[]): Promise<readonly [number, ProcessUsage][]> {
  if (pids.length === 0) return [];
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,time=,rss=', '-p', pids.join(',')]);
    return parsePs(stdout);
  } catch {
    // It fails, too, when one of the processes has just ended: the next reading has the others.
    return [];
  }
}

/** Lines such as `  812   0:03.25  45120`: id, CPU time with days and hours in front where there are any, resident KiB. */
export function parsePs(text: string): readonly [number, ProcessUsage][] {
  return [...text.matchAll(/^\s*(\d+)\s+(?:(\d+)-)?([\d:.]+)\s+(\d+)\s*$/gm)].map(([, pid, days = '0', time, rss]) => {
    const seconds = (time as string).split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    return [Number(pid), { cpuSeconds: Number(days) * 86_400 + seconds, memoryBytes: Number(rss) * bytesPerKibibyte }];
  });
}
