import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which side of a measurement a process is on. */
export type Side = 'subject' | 'load';

const coreOf = { subject: 0, load: 1 } as const satisfies Record<Side, number>;

/** Whether subjects and load are kept on cores of their own: on Linux with `taskset` (util-linux) and two cores or more. */
export const coresAreSeparate =
  process.platform === 'linux' && availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** A command that runs on the core of its side, or the command itself where cores can't be separated. */
export function onCoreOf(side: Side, command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return coresAreSeparate ? ['taskset', '--cpu-list', `${coreOf[side]}`, ...command] : command;
}
