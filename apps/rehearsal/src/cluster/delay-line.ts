import { Transform, type TransformCallback } from 'node:stream';

/**
 * Passes bytes on after a time, in their order, as a long network path does: the time adds to each byte's way, not to each other.
 *
 * Edge: a delay that shrinks doesn't let later bytes overtake; the end of the stream waits for the last byte.
 */
export class DelayLine extends Transform {
  readonly #delayMs: () => number;
  readonly #queue: { readonly dueAt: number; readonly act: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param delayMs asked for each chunk. */
  constructor(delayMs: () => number) {
    super();
    this.#delayMs = delayMs;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#later(() => this.push(chunk));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#later(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }

  #later(act: () => void): void {
    const delayMs = this.#delayMs();
    if (delayMs <= 0 && this.#queue.length === 0) act();
    else {
      this.#queue.push({ dueAt: performance.now() + delayMs, act });
      this.#timer ??= setTimeout(() => this.#drain(), delayMs);
    }
  }

  #drain(): void {
    const now = performance.now();
    while (this.#queue[0] !== undefined && this.#queue[0].dueAt <= now) this.#queue.shift()?.act();
    const [next] = this.#queue;
    this.#timer = next && setTimeout(() => this.#drain(), next.dueAt - now);
  }
}
