import type { Usage } from '../release/event.ts';
import { type ProcessUsage, readProcessUsage } from './process-usage.ts';

const lookEveryMs = 1_000;

export interface UsageSources {
  /** Usage by id of the process. */
  readonly read: (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUsage>>;
  /** Of the rehearsal's own process. */
  readonly own: () => ProcessUsage;
}

const thisMachine: UsageSources = {
  read: readProcessUsage,
  own: () => {
    const { user, system } = process.cpuUsage();
    return { cpuSeconds: (user + system) / 1e6, memoryBytes: process.memoryUsage.rss() };
  },
};

/** What one release takes; see {@link UsageMeter.measure}. */
export interface UsageReading {
  /** Reads once more and ends the measurement. */
  end(): Promise<Usage>;
}

interface Measured {
  readonly pids: () => readonly number[];
  readonly cpuByPid: Map<number, number>;
  harnessCpuSeconds: number;
  peakMemoryBytes: number;
}

/**
 * Measures what releases take from this machine, by looking once a second.
 *
 * Edge: all releases share the rehearsal's own process: its CPU time is split evenly among those that are played at the time. What
 *       a process took in the second before its end isn't seen.
 */
export class UsageMeter {
  readonly #sources: UsageSources;
  readonly #measured = new Set<Measured>();
  readonly #timer: NodeJS.Timeout;
  #ownCpuSeconds: number;

  constructor(sources: UsageSources = thisMachine) {
    this.#sources = sources;
    this.#ownCpuSeconds = sources.own().cpuSeconds;
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  /** @param pids ids of the processes of a release, asked for at each look. */
  measure(pids: () => readonly number[]): UsageReading {
    const measured: Measured = { pids, cpuByPid: new Map(), harnessCpuSeconds: 0, peakMemoryBytes: 0 };
    this.#shareOwn();
    this.#measured.add(measured);
    return { end: () => this.#end(measured) };
  }

  /** One look; also taken once a second. */
  async look(): Promise<void> {
    const { memoryBytes: ownMemoryBytes } = this.#shareOwn();
    await Promise.all([...this.#measured].map((measured) => this.#read(measured, ownMemoryBytes)));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #end(measured: Measured): Promise<Usage> {
    await this.look();
    this.#measured.delete(measured);
    const { harnessCpuSeconds, cpuByPid, peakMemoryBytes } = measured;
    const workloadCpuSeconds = [...cpuByPid.values()].reduce((sum, seconds) => sum + seconds, 0);
    return { harnessCpuSeconds, workloadCpuSeconds, peakMemoryBytes };
  }

  #shareOwn(): ProcessUsage {
    const own = this.#sources.own();
    const share = (own.cpuSeconds - this.#ownCpuSeconds) / Math.max(1, this.#measured.size);
    for (const measured of this.#measured) measured.harnessCpuSeconds += share;
    this.#ownCpuSeconds = own.cpuSeconds;
    return own;
  }

  async #read(measured: Measured, ownMemoryBytes: number): Promise<void> {
    const usage = await this.#sources.read(measured.pids());
    for (const [pid, { cpuSeconds }] of usage) measured.cpuByPid.set(pid, cpuSeconds);
    const memory = [...usage.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, ownMemoryBytes);
    measured.peakMemoryBytes = Math.max(measured.peakMemoryBytes, memory);
  }
}
