/**
 * Timers of Node.js count whole milliseconds from an instant that is rounded to one, and a core that sleeps takes a part of another to wake up: on an idle process
 * they are hardly ever later than this.
 */
export const timerErrorMs = 2;

/** What a core that a virtual machine's host has given away takes to come back, and what a timer is late besides: once in some hundred times it is this much. */
const mostEarlyMs = 5;

/** Share of the time that may be waited in turns. */
const turnsShare = 0.05;

/**
 * How the pinger waits for an instant of its schedule: by a timer that ends early, then in turns, most of each slept away, and by a spin in the end. A loop that is compared with it waits alike.
 */
export const pacing = {
  /** Milliseconds of each turn that are slept; for so long an answer may wait before its time is taken. */
  standStillMs: 0.125,
  /**
   * Milliseconds before the instant that are spun away in one piece, in which an answer waits too: a standstill may last longer than asked for, and must not reach
   * beyond the instant.
   */
  spinMs: 0.25,
  /** Spins before the first instant, after which V8 has compiled them: before, they leave garbage, and its collection makes what is due late. */
  warmUpSpins: { count: 50, eachMs: 0.1 },
  /** Milliseconds that the timer ends early, at this interval between two pings; 0 where pings are so near together that turns would cost too much. */
  earlyMs: (intervalMs: number): number => {
    const affordedMs = intervalMs * turnsShare;
    return affordedMs < timerErrorMs ? 0 : Math.min(affordedMs, mostEarlyMs);
  },
} as const;
