import { randomInt } from 'node:crypto';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';

/** Draws a number from 0 to 1, 1 excluded, each as likely as any other and independent of those before. */
export type UniformSource = () => number;

/** Largest seed, 32 bits. */
const maxSeed = 0xffff_ffff;

/** Creates a source: the same seed (a whole number of 32 bits) draws the same sequence; without one, no two are alike. */
export function createUniformSource(seed: number = randomInt(maxSeed + 1)): UniformSource {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}
