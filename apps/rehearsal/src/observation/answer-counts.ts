import { targetLabels } from '@observed-rollouts/contract';
import { type SampledCount, sampledCounts, sampleLabels } from '@observed-rollouts/slo';
import type { LabelledValue } from '../prometheus/series.ts';
import type { VersionSample } from '../release/event.ts';

/** The increases of one process' counters since the release started. */
interface ProcessCounts {
  readonly pod: string;
  readonly hash: string;
  readonly last: Readonly<Record<SampledCount, number>>;
  readonly since: Readonly<Record<SampledCount, number>>;
}

const none = Object.fromEntries(sampledCounts.map((count) => [count, 0])) as Record<SampledCount, number>;

/**
 * Adds up what the counters of every process have grown by since the release started.
 *
 * Of a process that was there at the first look counts what came after it; of any later one everything, since it started from 0. A counter that is lower
 * than at the look before was reset, and counts from 0 again. A process that isn't found any more keeps what it had. So nothing is extrapolated;
 * what comes after the last scrape of a process is in no count, here as in every query.
 */
export class AnswerCounts {
  readonly #processes = new Map<string, ProcessCounts>();
  /** Version whose processes have all started since the release, although the first look may find them. */
  readonly #newHash: string;
  #looked = false;

  constructor(newHash: string) {
    this.#newHash = newHash;
  }

  /** Takes in a look: the raw counters by process. */
  look(values: readonly LabelledValue[]): void {
    for (const [key, { pod, hash, counts }] of byProcess(values)) {
      const known = this.#processes.get(key);
      const before = known?.last ?? (this.#looked || hash === this.#newHash ? none : counts);
      const since = combine((count) => (known?.since[count] ?? 0) + increase(before[count], counts[count]));
      this.#processes.set(key, { pod, hash, last: counts, since });
    }
    this.#looked = true;
  }

  /** What users got from one version so far. */
  ofVersion(hash: string): Pick<VersionSample, 'answers' | 'failed' | 'slow'> {
    const own = [...this.#processes.values()].filter((process) => process.hash === hash);
    const { answers, failed, timed, fast } = combine((count) => sum(own.map(({ since }) => since[count])));
    return { answers, failed, slow: timed - fast };
  }

  /** Answers by pod. */
  get byPod(): Readonly<Record<string, number>> {
    const answers: Record<string, number> = {};
    for (const { pod, since } of this.#processes.values()) answers[pod] = (answers[pod] ?? 0) + since.answers;
    return answers;
  }
}

function byProcess(values: readonly LabelledValue[]) {
  const processes = new Map<string, { pod: string; hash: string; counts: Record<SampledCount, number> }>();
  for (const { labels, value } of values) {
    const { [targetLabels.pod]: pod = '', [targetLabels.podTemplateHash]: hash = '' } = labels;
    const key = `${pod} ${labels[sampleLabels.instance] ?? ''}`;
    const process = processes.get(key) ?? { pod, hash, counts: { ...none } };
    processes.set(key, process);
    process.counts[labels[sampleLabels.count] as SampledCount] = value;
  }
  return processes;
}

function increase(before: number, now: number): number {
  return now < before ? now : now - before;
}

function combine(valueOf: (count: SampledCount) => number): Record<SampledCount, number> {
  return Object.fromEntries(sampledCounts.map((count) => [count, valueOf(count)])) as Record<SampledCount, number>;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
