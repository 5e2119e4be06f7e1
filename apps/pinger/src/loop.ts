import { pacing } from '@observed-rollouts/contract';
import type { PingEnd } from './outcome.ts';
import { endOfError } from './outcome.ts';
import type { Schedule } from './pacer.ts';

/** Monotonic time and the ways in which the loop waits. */
export interface Clock {
  /** Milliseconds since any fixed instant, fractions kept, never going back. */
  now(): number;
  /** Calls back once after at least `delayMs` (0 or more), up to the contract's `timerErrorMs` late on an idle process; returns what cancels it. */
  wake(callback: () => void, delayMs: number): () => void;
  /** Calls back once as soon as what has arrived in the meantime (answers, errors) was handled; returns what cancels it. */
  nextTurn(callback: () => void): () => void;
  /** Returns after `durationMs`, to some hundredths of a millisecond; meanwhile nothing of the process runs. */
  standStill(durationMs: number): void;
  /** Returns at an instant, to some thousandths of a millisecond; meanwhile nothing of the process runs, and it leaves no garbage. */
  spin(untilMs: number): void;
}

const neverNotified = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export const realClock: Clock = {
  now: () => performance.now(),
  wake: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  nextTurn: (callback) => {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
  standStill: (durationMs) => void Atomics.wait(neverNotified, 0, 0, durationMs),
  spin: (untilMs) => {
    while (performance.now() < untilMs);
  },
};

/** Pings that are sent before answers are looked at again: a loop that is behind its schedule must not starve the pings in flight. */
const mostPerTurn = 8;

/** One ping that was sent; instants in milliseconds of the loop's clock. */
export interface SentPing {
  /** Place in the schedule, from 0; dropped pings have a place too. */
  readonly index: number;
  readonly intendedAtMs: number;
  readonly startedAtMs: number;
}

/** One ping that ended, and how. */
export interface EndedPing extends SentPing {
  readonly endedAtMs: number;
  readonly end: PingEnd;
}

/** Sends one ping and says how it ended; `abandoned` aborts when nobody waits for the answer any more. */
export type SendPing = (ping: SentPing, abandoned: AbortSignal) => Promise<PingEnd>;

/** Learns of every event at the moment it happens; `scheduled` comes first and is followed by exactly one of `dropped` and `sent`. */
export interface PingObserver {
  scheduled(): void;
  dropped(): void;
  sent(ping: SentPing): void;
  ended(ping: EndedPing): void;
}

export interface PingLoopOptions {
  readonly schedule: Schedule;
  /** Pings that may be unanswered at once; a ping that is due beyond it is dropped, so that a stalled target can't exhaust sockets or memory. */
  readonly maxInFlight: number;
  readonly clock: Clock;
  readonly send: SendPing;
  readonly observers: readonly PingObserver[];
}

/**
 * Starts the pings of a schedule at their intended instants, whether or not earlier ones were answered (an open loop).
 *
 * Invariant: after every event, scheduled = ended + dropped + in flight. Abandoned pings stay in flight: nobody knows how they would have ended.
 */
export class PingLoop {
  /** Resolves when nothing more will be sent and nothing is in flight, or the rest was abandoned; at once on an empty schedule. */
  readonly done: Promise<void>;
  private readonly options: PingLoopOptions;
  private readonly abandonment = new AbortController();
  private readonly resolveDone: () => void;
  private startedAtMs = 0;
  private next = 0;
  private inFlight = 0;
  private isStopped = false;
  private cancelWake = (): void => undefined;

  constructor(options: PingLoopOptions) {
    this.options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.resolveDone = resolve;
  }

  /** Sends the first ping before it returns. */
  start(): void {
    this.startedAtMs = this.options.clock.now();
    this.sendDue();
  }

  /** Sends nothing more; pings in flight go on. Repeated calls do nothing. */
  stop(): void {
    this.isStopped = true;
    this.cancelWake();
    this.settle();
  }

  /** Stops, and gives up the pings in flight. */
  abandon(): void {
    this.stop();
    this.abandonment.abort();
    this.resolveDone();
  }

  /** Sends every ping that is due, however late it is, then waits for the next one: a late wake-up shifts no later ping. */
  private sendDue(): void {
    const { schedule, clock } = this.options;
    for (let sent = 0; sent < mostPerTurn; sent++) {
      if (this.next >= schedule.total || this.intendedAtMs() > clock.now()) break;
      this.sendNext();
      if (this.isStopped) return;
    }
    if (this.next >= schedule.total) this.stop();
    else this.waitForNext();
  }

  /**
   * Sleeps until the next ping. Where pings are so far apart that it costs next to nothing, the timer is set to end early and the rest is waited for in turns, so
   * that the ping starts within hundredths of a millisecond of its instant (25 per second and less); nearer together, up to the contract's `timerErrorMs` after it.
   *
   * Most of each turn is slept away, and for the last of it there is none: each turn leaves garbage, and so many before a ping would have it collected just when
   * the ping is due.
   */
  private waitForNext(): void {
    const { clock } = this.options;
    const sendDue = (): void => this.sendDue();
    const delayMs = this.intendedAtMs() - clock.now();
    const earlyMs = pacing.earlyMs(this.intervalMs());
    if (delayMs > earlyMs) {
      this.cancelWake = clock.wake(sendDue, delayMs - earlyMs);
    } else if (delayMs > pacing.spinMs || delayMs <= 0) {
      if (delayMs > 0) clock.standStill(pacing.standStillMs);
      this.cancelWake = clock.nextTurn(sendDue);
    } else {
      clock.spin(this.intendedAtMs());
      this.sendDue();
    }
  }

  private intervalMs(): number {
    const { schedule } = this.options;
    return schedule.offsetMs(this.next) - schedule.offsetMs(this.next - 1);
  }

  private intendedAtMs(): number {
    return this.startedAtMs + this.options.schedule.offsetMs(this.next);
  }

  private sendNext(): void {
    const ping = { index: this.next, intendedAtMs: this.intendedAtMs(), startedAtMs: this.options.clock.now() };
    this.next += 1;
    this.notify((observer) => observer.scheduled());
    if (this.inFlight >= this.options.maxInFlight) {
      this.notify((observer) => observer.dropped());
      return;
    }
    this.inFlight += 1;
    this.notify((observer) => observer.sent(ping));
    void this.options.send(ping, this.abandonment.signal).then(
      (end) => this.end(ping, end),
      (error: unknown) => this.end(ping, endOfError(error)),
    );
  }

  private end(ping: SentPing, end: PingEnd): void {
    if (this.abandonment.signal.aborted) return;
    const endedAtMs = this.options.clock.now();
    this.inFlight -= 1;
    this.notify((observer) => observer.ended({ ...ping, endedAtMs, end }));
    this.settle();
  }

  private settle(): void {
    if (this.isStopped && this.inFlight === 0) this.resolveDone();
  }

  private notify(tell: (observer: PingObserver) => void): void {
    for (const observer of this.options.observers) tell(observer);
  }
}
