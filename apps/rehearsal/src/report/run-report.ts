import type { ServiceLevel } from '@observed-rollouts/slo';
import type { Recording } from '../recording/recording.ts';
import type { RunSummary } from '../release/run-summary.ts';

/** Where a run was played. */
export interface Machine {
  /** CPUs that the run could use. */
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryBytes: number;
  /** `Linux 6.1 x64` */
  readonly system: string;
  /** Name and version of what the run depended on. */
  readonly versions: readonly (readonly [name: string, version: string])[];
}

/** What a report is made of. */
export interface RunReport {
  /** In the order in which they shall be shown; also of releases that have no verdict. */
  readonly recordings: readonly Recording[];
  readonly run: RunSummary;
  readonly level: ServiceLevel;
  readonly machine: Machine;
  /** What repeats the run, with its seeds. */
  readonly commands: readonly string[];
  /** Why the run ended before its last verdict; absent when it didn't. */
  readonly interruption?: string;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}
