import type { Benchmark } from './benchmark.ts';

/** Every benchmark, in the order of a full run. */
export const benchmarks: readonly Benchmark[] = [];
