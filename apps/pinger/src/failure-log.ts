import type { LoggerService } from '@nestjs/common';
import type { PingFailure } from '@observed-rollouts/contract';
import type { EndedPing, PingObserver } from './loop.ts';
import { isFailure } from './outcome.ts';

/** Milliseconds in which failures of one kind are warned of once. */
const warningIntervalMs = 60_000;

/** Tells in the log why pings fail, once a minute per kind at most: metrics say how many, this says what the error was. */
export function logFailures(logger: Pick<LoggerService, 'warn'>): PingObserver {
  const kinds = new Map<PingFailure, { warnedAtMs: number; silent: number }>();
  return {
    scheduled: () => undefined,
    dropped: () => undefined,
    sent: () => undefined,
    ended: ({ endedAtMs, end: { outcome, detail } }: EndedPing) => {
      if (!isFailure(outcome)) return;
      const last = kinds.get(outcome);
      if (last && endedAtMs - last.warnedAtMs < warningIntervalMs) {
        last.silent += 1;
        return;
      }
      kinds.set(outcome, { warnedAtMs: endedAtMs, silent: 0 });
      logger.warn({ msg: 'ping failed', outcome, detail, notLogged: last?.silent ?? 0 });
    },
  };
}
