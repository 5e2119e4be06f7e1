/** Bodies of about the same size fit into what the last one left. */
const stepBytes = 65_536;

/**
 * Memory for the bodies of requests, each used again when its request has ended.
 *
 * A thread that does little but post makes hardly any objects, so that V8 collects its garbage once in dozens of requests, and their bodies would all be resident
 * till then.
 */
export class RequestBodies {
  #free = new Uint8Array(0);

  /**
   * Joins the pieces of a body, and frees their memory at once: they are empty afterwards.
   *
   * @param pieces each in a buffer that nothing else uses.
   */
  join(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    const memory = this.#take(size);
    let end = 0;
    for (const piece of pieces) {
      memory.set(piece, end);
      end += piece.length;
      piece.buffer.transfer(0);
    }
    return memory.subarray(0, size);
  }

  /**
   * Says that a joined body isn't needed any more: the next one may be written over it.
   *
   * Edge: a collector may answer before it has read all of a body. What it reads of it from then on can be the next one's bytes, which change no answer.
   */
  release({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength > this.#free.length) this.#free = new Uint8Array(buffer);
  }

  #take(size: number): Uint8Array<ArrayBuffer> {
    const free = this.#free;
    this.#free = new Uint8Array(0);
    return free.length >= size ? free : new Uint8Array(Math.ceil(size / stepBytes) * stepBytes);
  }
}
