import type { GenericAbortSignal } from 'axios';

/**
 * The end of one ping's time, as a signal for axios: wall-clock over everything from the call to the last byte, where axios' own time-out watches idle
 * sockets and lets a body trickle on for ever.
 *
 * It aborts early when `abandoned` does. Of an AbortSignal it has what axios and the adapter use, one listener: a real one for each ping costs as much as
 * a part of its request and outlives it until the next full garbage collection.
 */
export class Deadline implements GenericAbortSignal {
  readonly #timer: NodeJS.Timeout;
  readonly #siblings: Set<Deadline>;
  #listener: (() => void) | undefined;
  #aborted = false;
  #isOver = false;

  constructor(timeoutMs: number, abandoned: AbortSignal) {
    this.#siblings = deadlinesOf(abandoned).add(this);
    this.#aborted = abandoned.aborted;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.abort();
    }, timeoutMs);
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  /** True when the time was up, false when the ping was abandoned before. */
  get isOver(): boolean {
    return this.#isOver;
  }

  abort(): void {
    this.#aborted = true;
    this.#listener?.();
  }

  /** The ping has ended. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#siblings.delete(this);
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }
}

/** A listener per ping would be searched for among those of all pings in flight when it is added and again when it is removed. */
const deadlines = new WeakMap<AbortSignal, Set<Deadline>>();

function deadlinesOf(abandoned: AbortSignal): Set<Deadline> {
  const known = deadlines.get(abandoned);
  if (known) return known;
  const created = new Set<Deadline>();
  deadlines.set(abandoned, created);
  abandoned.addEventListener('abort', () => {
    for (const deadline of created) deadline.abort();
  });
  return created;
}
