import type { Clock } from '../src/loop.ts';

/** A clock that moves only when told to; wake-ups come in order, each exactly `lateByMs` after it was due. */
export class FakeClock implements Clock {
  /** Every delay that was asked for. */
  readonly delays: number[] = [];
  lateByMs = 0;
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
    const wake = { atMs: this.nowMs + delayMs, callback };
    this.wakes.add(wake);
    return () => void this.wakes.delete(wake);
  }

  /** Lets time pass, running what falls due on the way. */
  advance(milliseconds: number): void {
    const endMs = this.nowMs + milliseconds;
    for (let wake = this.nextBefore(endMs); wake; wake = this.nextBefore(endMs)) {
      this.wakes.delete(wake);
      this.nowMs = Math.max(this.nowMs, wake.atMs + this.lateByMs);
      wake.callback();
    }
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** Lets time pass while nothing can run, as a busy event loop does. */
  block(milliseconds: number): void {
    this.nowMs += milliseconds;
  }

  private nextBefore(endMs: number) {
    const [first] = [...this.wakes].sort((a, b) => a.atMs - b.atMs);
    return first && first.atMs + this.lateByMs <= endMs ? first : undefined;
  }
}
