/** How many values a word of a trace id, 32 bits, can have. */
const wordValues = 2 ** 32;
const traceIdBytes = 16;

/**
 * The ids of new traces, of which a share is to be sampled; an id is made only for those that are.
 *
 * `TraceIdRatioBasedSampler` samples an id when the exclusive or of its four words is below a bound. Any three words and an exclusive or make exactly one
 * fourth word, and of a random id all are evenly distributed: drawing the exclusive or first decides alike, and most requests need nothing else.
 */
export class RootTraceIds {
  readonly #bound: number;
  readonly #random: () => number;
  readonly #bytes = Buffer.alloc(traceIdBytes);

  /**
   * @param ratio 0 to 1
   * @param random a number from 0 to 1, 1 excluded
   */
  constructor(ratio: number, random: () => number = Math.random) {
    // As that sampler has it.
    this.#bound = ratio === 1 ? wordValues : Math.floor(ratio * (wordValues - 1));
    this.#random = random;
  }

  /** The id of a trace that begins now, 32 hex digits, never all 0; `undefined` when it isn't sampled. */
  next(): string | undefined {
    const combined = this.#word();
    return combined < this.#bound ? this.#idOf(combined) : undefined;
  }

  #idOf(combined: number): string {
    const [first, second] = [this.#word(), this.#word()];
    // An id of zeros is none: a word that isn't 0 is enough.
    const third = this.#word() || 1;
    this.#bytes.writeUInt32BE(first, 0);
    this.#bytes.writeUInt32BE(second, 4);
    this.#bytes.writeUInt32BE(third, 8);
    this.#bytes.writeUInt32BE((first ^ second ^ third ^ combined) >>> 0, 12);
    return this.#bytes.toString('hex');
  }

  #word(): number {
    return Math.floor(this.#random() * wordValues);
  }
}
