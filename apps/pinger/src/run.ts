import type { pingerSettings, SettingsOf } from '@observed-rollouts/contract';
import { type Clock, PingLoop, type PingObserver, realClock } from './loop.ts';
import { constantRate } from './pacer.ts';
import { describeRun, type RunReport } from './report.ts';
import { Tally } from './tally.ts';
import { tracePings } from './traced-ping.ts';
import { createTransport } from './transport.ts';

export type PingerSettings = SettingsOf<typeof pingerSettings>;

/** One run of the pinger: the loop with its target, and what it has seen so far. */
export interface Run {
  readonly loop: PingLoop;
  readonly tally: Tally;
  /** At any time; final when the loop is done. */
  report(): RunReport;
}

/** Prepares a run; nothing is sent before `loop.start()`, which should follow at once: the run's times count from here. */
export function createRun(settings: PingerSettings, observers: readonly PingObserver[], clock: Clock = realClock): Run {
  const tally = new Tally();
  const loop = new PingLoop({
    schedule: constantRate(settings.ratePerSecond, settings.durationMs),
    maxInFlight: settings.maxInFlight,
    clock,
    send: tracePings(createTransport(settings)),
    observers: [tally, ...observers],
  });
  const startedAt = new Date();
  const startedAtMs = clock.now();
  return { loop, tally, report: () => describeRun(settings, startedAt, clock.now() - startedAtMs, tally) };
}

/**
 * Ends a run early: nothing more is sent, and pings in flight get at most `boundMs` (milliseconds) before they are abandoned.
 * The bound never has to exceed the time-out of a ping.
 */
export async function stopWithin({ loop }: Run, boundMs: number): Promise<void> {
  loop.stop();
  const timer = setTimeout(() => loop.abandon(), boundMs);
  await loop.done;
  clearTimeout(timer);
}

/** How long a run that is told to stop waits for pings in flight, in milliseconds: not longer than the drain takes. */
export function stopBoundMs({ timeoutMs, drainDelayMs, drainTimeoutMs }: PingerSettings): number {
  return Math.min(timeoutMs, drainDelayMs + drainTimeoutMs);
}
