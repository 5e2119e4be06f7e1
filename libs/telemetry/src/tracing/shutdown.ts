import { setTimeout as sleep } from 'node:timers/promises';
import { drain } from '@observed-rollouts/contract';
import { rootLogger } from '../logging.ts';

let shutdownSdk: (() => Promise<void>) | undefined;

/** Tells {@link shutdownTracing} what to shut down; called by the preload. */
export function onTracingShutdown(shutdown: () => Promise<void>): void {
  shutdownSdk = shutdown;
}

/**
 * Sends the spans that are still held and stops tracing; the last thing a process does.
 *
 * Edge:   nothing to do when the preload didn't run; a second call waits for nothing.
 * Errors: never throws: a collector that doesn't answer within `timeoutMs` (milliseconds) must not fail a shutdown.
 */
export async function shutdownTracing(timeoutMs: number = drain.flushTimeoutMs): Promise<void> {
  const shutdown = shutdownSdk;
  if (shutdown === undefined) return;
  shutdownSdk = undefined;
  const timer = new AbortController();
  const flushed = shutdown().then(
    () => true,
    (error: unknown) => {
      rootLogger.debug({ err: error }, 'the last spans could not be sent');
      return true;
    },
  );
  const inTime = await Promise.race([flushed, sleep(timeoutMs, false, { signal: timer.signal })]);
  timer.abort();
  if (!inTime) rootLogger.warn({ timeoutMs }, 'the last spans were not sent in time');
}
