import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at what the process has used. */
const lookEveryMs = 20;

/** Below this share of a core nothing is going on but the looks themselves. */
const idleShare = 0.1;

/**
 * Waits until the process has nothing left to do: V8 compiles on a thread of its own what was called often, and pings that are due meanwhile start late.
 *
 * Edge: resolves after `mostMs` (milliseconds), whatever still goes on.
 */
export async function settle(mostMs: number): Promise<void> {
  const untilMs = performance.now() + mostMs;
  let isIdle = false;
  while (!isIdle && performance.now() < untilMs) {
    const fromMs = performance.now();
    const before = process.cpuUsage();
    await sleep(lookEveryMs);
    const { user, system } = process.cpuUsage(before);
    isIdle = (user + system) / 1000 < idleShare * (performance.now() - fromMs);
  }
}
