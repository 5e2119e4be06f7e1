import type { Benchmark } from './benchmark.ts';
import { pinger } from './pinger/pinger.ts';
import { nx } from './nx/nx.ts';
import { synth } from './synth/synth.ts';

/** Every benchmark, in the order of a full run. */
export const benchmarks: readonly Benchmark[] = [synth, nx, pinger];
