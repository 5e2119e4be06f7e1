import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { LoggerService } from '@nestjs/common';
import { exportThreadName } from '@observed-rollouts/telemetry';

const ownThreads = '/proc/self/task';

/** Linux keeps so many characters of a thread's name. */
const nameLength = 15;

/** Threads that no ping waits for: V8's, which compiles, and the one that exports spans. Those of libuv look up names for pings. */
const helperNames: ReadonlySet<string> = new Set(
  ['V8Worker', exportThreadName].map((name) => name.slice(0, nameLength)),
);

/** Nice values: helpers get a tenth of the core while the main thread wants it too, instead of a half and more. */
const niceness = { ofHelpers: 10, most: 19 };

/**
 * Lets the main thread, which sends the pings, go before its helpers. On one core, which is what a pinger has, each of them holds it for 4 ms at a time: pings that
 * are due meanwhile start late, and those behind them wait for the pings to be caught up with. A helper of the policy SCHED_IDLE (sched(7)) gives the core
 * back at once when the main thread wakes up; one with a higher nice value keeps it to the end of its turn.
 *
 * Edge:   only Linux has priorities of threads: elsewhere it does nothing. A thread that is started later isn't among them. The policy is set by `chrt` of
 *         util-linux, since Node.js can't; without that program helpers get a higher nice value, and the log says so.
 * Errors: never throws: where priorities can't be changed the log says so, and pings start late at times.
 */
export function lowerHelperThreads(logger: Pick<LoggerService, 'log' | 'warn'>): void {
  if (process.platform !== 'linux') return;
  try {
    const helpers = readdirSync(ownThreads).filter((thread) => helperNames.has(nameOf(thread)));
    const failure = makeIdle(helpers);
    if (failure === undefined) return;
    makeNice(helpers);
    logger.log({
      msg: 'helper threads have a higher nice value instead of SCHED_IDLE: pings may start some milliseconds late',
      error: failure.message,
    });
  } catch (error) {
    logger.warn({ msg: 'helper threads keep their priority: pings may start late', error: (error as Error).message });
  }
}

/** @returns why it could not be done. */
function makeIdle(threads: readonly string[]): Error | undefined {
  try {
    for (const thread of threads) execFileSync('chrt', ['--idle', '--pid', '0', thread], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function makeNice(threads: readonly string[]): void {
  const priority = Math.min(niceness.most, getPriority() + niceness.ofHelpers);
  for (const thread of threads) setPriority(Number(thread), priority);
}

function nameOf(thread: string): string {
  return readFileSync(`${ownThreads}/${thread}/comm`, 'utf8').trimEnd();
}
