import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { LoggerService } from '@nestjs/common';
import { exportThreadName } from '@observed-rollouts/telemetry';

const ownThreads = '/proc/self/task';

/** Linux keeps so many characters of a thread's name. */
const nameLength = 15;

/** Threads that no ping waits for: V8's, which compile, and the one that exports spans. Those of libuv look up names for pings. */
const helperNames: ReadonlySet<string> = new Set(
  ['V8Worker', exportThreadName].map((name) => name.slice(0, nameLength)),
);

/** Nice values: helpers get a tenth of the core while the main thread wants it too, instead of a half and more. */
const niceness = { ofHelpers: 10, most: 19 };

/**
 * Lets the main thread, which sends the pings, go before its helpers. On one core, which is what a pinger has, each of them holds it for 4 ms at a time, and
 * several do so one after the other: pings that are due meanwhile start up to 20 ms late, and those behind them wait for the pings to be caught up with.
 *
 * Edge:   only Linux has priorities of threads: elsewhere it does nothing. A thread that is started later isn't among them.
 * Errors: never throws: where priorities can't be changed the log says so, and pings start late at times.
 */
export function lowerHelperThreads(logger: Pick<LoggerService, 'warn'>): void {
  if (process.platform !== 'linux') return;
  try {
    const priority = Math.min(niceness.most, getPriority() + niceness.ofHelpers);
    for (const thread of readdirSync(ownThreads)) {
      if (helperNames.has(nameOf(thread))) setPriority(Number(thread), priority);
    }
  } catch (error) {
    logger.warn({ msg: 'helper threads keep their priority: pings may start late', error: (error as Error).message });
  }
}

function nameOf(thread: string): string {
  return readFileSync(`${ownThreads}/${thread}/comm`, 'utf8').trimEnd();
}
