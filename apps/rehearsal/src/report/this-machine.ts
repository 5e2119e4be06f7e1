import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { eventsOf, type Recording } from '../recording/recording.ts';
import type { Machine } from './run-report.ts';

/** This machine, and what a run on it depended on. */
export function thisMachine(recordings: readonly Recording[]): Machine {
  const prometheus = recordings.flatMap((recording) => eventsOf(recording, 'prometheus')).at(-1)?.version;
  return {
    cpus: availableParallelism(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown CPU',
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${process.arch}`,
    versions: [
      ['Node.js', process.versions.node],
      ...(prometheus === undefined ? [] : [['Prometheus', prometheus] as const]),
    ],
  };
}
