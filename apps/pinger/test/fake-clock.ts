import type { Clock } from '../src/loop.ts';

/** Milliseconds that a turn of the event loop takes; exact in binary. */
export const turnMs = 1 / 16;

/** A clock that moves only when told to; wake-ups come in order, each exactly `lateByMs` after it was due, turns on time. */
export class FakeClock implements Clock {
  /** Every delay that was asked for. */
  readonly delays: number[] = [];
  lateByMs = 0;
  /** How long each standstill was, in milliseconds. */
  readonly standstills: number[] = [];
  /** How long each spin was, in milliseconds. */
  readonly spins: number[] = [];
  /** Turns that were run without a wake-up: as long, the process was awake. */
  turns = 0;
  private nowMs: number;
  private readonly wakes = new Set<{ atMs: number; callback: () => void }>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  get pendingWakes(): number {
    return this.wakes.size;
  }

  now(): number {
    return this.nowMs;
  }

  wake(callback: () => void, delayMs: number): () => void {
    this.delays.push(delayMs);
    return this.add(this.nowMs + delayMs + this.lateByMs, callback);
  }

  nextTurn(callback: () => void): () => void {
    this.turns += 1;
    return this.add(this.nowMs + turnMs, callback);
  }

  standStill(durationMs: number): void {
    this.standstills.push(durationMs);
    this.block(durationMs);
  }

  spin(untilMs: number): void {
    this.spins.push(untilMs - this.nowMs);
    this.nowMs = untilMs;
  }

  /** Lets time pass, running what falls due on the way. */
  advance(milliseconds: number): void {
    const endMs = this.nowMs + milliseconds;
    for (let wake = this.nextBefore(endMs); wake; wake = this.nextBefore(endMs)) {
      this.wakes.delete(wake);
      this.nowMs = Math.max(this.nowMs, wake.atMs);
      wake.callback();
    }
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** Lets time pass while nothing can run, as a busy event loop does. */
  block(milliseconds: number): void {
    this.nowMs += milliseconds;
  }

  private add(atMs: number, callback: () => void): () => void {
    const wake = { atMs, callback };
    this.wakes.add(wake);
    return () => void this.wakes.delete(wake);
  }

  private nextBefore(endMs: number) {
    const [first] = [...this.wakes].sort((a, b) => a.atMs - b.atMs);
    return first && first.atMs <= endMs ? first : undefined;
  }
}
