import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Findings } from '../benchmark.ts';
import { coresAreSeparate } from '../harness/cores.ts';

/** What the figures depend on. */
export interface Machine {
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Whether subjects and load had cores of their own. */
  readonly coresAreSeparate: boolean;
}

/** One benchmark's findings, or why there are none. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** How long it took. */
  readonly seconds: number;
  readonly effort: 'full' | 'quick';
  readonly findings?: Findings;
  /** The error that ended it. */
  readonly failure?: string;
}

/** What was measured on one machine: what `bench.json` holds. */
export interface BenchReport {
  readonly machine: Machine;
  readonly sections: readonly Section[];
}

export function thisMachine(): Machine {
  return {
    cpus: availableParallelism(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown CPU',
    memoryBytes: totalmem(),
    // The version without its builder's suffix.
    system: `${type()} ${release().replace(/-.*/, '')} ${process.arch}`,
    node: process.versions.node,
    coresAreSeparate,
  };
}
