/** Draws numbers in [0, 1), uniformly. */
export type Random = () => number;

/** A seeded generator (mulberry32): the same seed draws the same sequence. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from 0 to `bound` - 1. */
export function drawInteger(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/** Letters and digits that Kubernetes uses in generated names: no vowels and nothing that looks like another. */
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The suffix of a generated name. */
export function drawSuffix(random: Random, length: number): string {
  return Array.from({ length }, () => nameAlphabet[drawInteger(random, nameAlphabet.length)]).join('');
}

/** Bytes as text in the alphabet of generated names. */
export function toNameAlphabet(bytes: Uint8Array, length: number): string {
  return Array.from(bytes.subarray(0, length), (byte) => nameAlphabet[byte % nameAlphabet.length]).join('');
}
