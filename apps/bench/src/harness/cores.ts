import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which side of a measurement a process is on. */
export type Side = 'subject' | 'load';

/**
 * The cores of a list as the Linux kernel writes it, e.g. `0-2,7` → 0, 1, 2, 7.
 *
 * Edge: what isn't such a list has none.
 */
export function coresOf(list: string): readonly number[] {
  return list.split(',').flatMap((range) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range.trim()) ?? [];
    if (first === undefined) return [];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

/** The list of cores that this process may use; empty where Linux doesn't say so. */
export function allowedCores(): string {
  if (process.platform !== 'linux') return '';
  return /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
}

const allowed = allowedCores();

/**
 * A core of its own for subjects and one for load, of those that this process may use (a container may have others than the first two); `undefined` where
 * they can't be kept apart: it takes Linux, `taskset` (util-linux) and two cores.
 */
function separateCores(): Readonly<Record<Side, number>> | undefined {
  const [subject, load] = coresOf(allowed);
  if (subject === undefined || load === undefined) return undefined;
  const works = spawnSync('taskset', ['--cpu-list', `${subject},${load}`, 'true']).status === 0;
  return works ? { subject, load } : undefined;
}

const cores = separateCores();

/** Whether subjects and load are kept on cores of their own. */
export const coresAreSeparate = cores !== undefined;

/** A command that runs on the core of its side, or the command itself where cores can't be separated. */
export function onCoreOf(side: Side, command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return cores === undefined ? command : ['taskset', '--cpu-list', `${cores[side]}`, ...command];
}

/**
 * Keeps this process, which measures and holds the collector, off the subject's core until it is disposed of. Programs that are started with {@link onCoreOf} meanwhile
 * are where they belong; any other inherits the load's core.
 *
 * Edge:   does nothing where cores can't be separated.
 * Errors: throws when `taskset` refuses.
 */
export function leaveSubjectItsCore(): Disposable {
  if (cores === undefined) return { [Symbol.dispose]: () => undefined };
  moveTo(`${cores.load}`);
  return { [Symbol.dispose]: () => moveTo(allowed) };
}

/** All threads of this process. */
function moveTo(list: string): void {
  const { status, stderr } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, `${process.pid}`]);
  if (status !== 0) throw new Error(`bench: taskset could not keep this process on core ${list}: ${stderr}`);
}
