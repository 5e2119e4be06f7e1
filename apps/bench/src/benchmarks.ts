import type { Benchmark } from './benchmark.ts';
import { gate } from './gate/gate.ts';
import { nx } from './nx/nx.ts';
import { pinger } from './pinger/pinger.ts';
import { rehearsal } from './rehearsal/rehearsal.ts';
import { server } from './server/server.ts';
import { start } from './start/start.ts';
import { synth } from './synth/synth.ts';
import { prometheus } from './prometheus/prometheus.ts';

/** Every benchmark, in the order of a full run. */
export const benchmarks: readonly Benchmark[] = [server, gate, pinger, start, rehearsal, synth, nx, prometheus];
