import { randomInt } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Draws a number from 0 to 1, 1 excluded, each as likely as any other and independent of those before. */
export type UniformSource = () => number;

/** Largest seed, 32 bits. */
const maxSeed = 0xffff_ffff;

/**
 * Creates a source: the same seed (a whole number of 32 bits) draws the same sequence; without one, no two are alike.
 *
 * Mersenne Twister, because it spreads its seed: the first draw of xoroshiro128+ is near 1 for every small seed.
 */
export function createUniformSource(seed: number = randomInt(maxSeed + 1)): UniformSource {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}
