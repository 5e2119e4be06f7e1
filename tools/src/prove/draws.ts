import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Draws a number from 0 to 1, 1 excluded. */
export type Uniform = () => number;

/**
 * A source of its own for each seed, a whole number of 32 bits.
 *
 * Mersenne Twister, because neighbouring seeds give unrelated sequences: each point of the proof takes the next seed.
 */
export function uniformFrom(seed: number): Uniform {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}

/** Answers one after the other, each bad with the same chance; drawn as the gaps between bad ones, so that good answers cost nothing. */
export class AnswerStream {
  readonly #uniform: Uniform;
  readonly #logGood: number;
  #goodAhead: number;

  constructor(uniform: Uniform, share: number) {
    this.#uniform = uniform;
    this.#logGood = Math.log1p(-share);
    this.#goodAhead = this.#gap();
  }

  /** Number of bad ones among the next answers. */
  take(answers: number): number {
    let left = answers;
    let bad = 0;
    while (this.#goodAhead < left) {
      left -= this.#goodAhead + 1;
      bad++;
      this.#goodAhead = this.#gap();
    }
    this.#goodAhead -= left;
    return bad;
  }

  /** Good answers before the next bad one. */
  #gap(): number {
    // All bad: ln(1 − u) / −∞ would be −0, or NaN at u = 0.
    if (this.#logGood === -Infinity) return 0;
    // None bad: division by 0 is Infinity, or NaN at u = 0.
    if (this.#logGood === 0) return Infinity;
    return Math.floor(Math.log1p(-this.#uniform()) / this.#logGood);
  }
}

/** Random arrivals: the waits between them are exponential. */
export class ArrivalStream {
  readonly #uniform: Uniform;
  readonly #perLook: number;
  #next: number;

  constructor(uniform: Uniform, perLook: number) {
    this.#uniform = uniform;
    this.#perLook = perLook;
    this.#next = this.#wait();
  }

  /** Arrivals within the next look. */
  take(): number {
    let count = 0;
    while (this.#next < 1) {
      count++;
      this.#next += this.#wait();
    }
    this.#next -= 1;
    return count;
  }

  /** In looks. */
  #wait(): number {
    return -Math.log1p(-this.#uniform()) / this.#perLook;
  }
}
