import type { ReleaseEnd } from '@observed-rollouts/contract';
import { add, type Counts, noAnswers, type RecordedRelease } from './recorded-release.ts';

/** How a rule ended a release. */
export interface Verdict {
  readonly end: ReleaseEnd;
  /** Seconds since the canary answers at the first weight. */
  readonly seconds: number;
  /** All answers of the canary until then. */
  readonly canary: Counts;
  /** Pods of the new version at that time. */
  readonly pods: number;
}

/** One way to judge a release. */
export interface Rule {
  /** Lower-case words joined by dashes; class of its line in the plot. */
  readonly key: string;
  /** Head of its column. */
  readonly title: string;
  /** Longest time that it takes for a release, in seconds, and how far its windows reach back before it. */
  readonly longestSeconds: number;
  readonly historySeconds: number;
  readonly judge: (release: RecordedRelease) => Verdict;
}

/** A release under way: its weights up to now, and what both versions answered at them. */
export class Rollout {
  readonly #release: RecordedRelease;
  /** Before second 0 the canary runs on no pod. */
  readonly #steps: { readonly from: number; readonly pods: number }[] = [{ from: -Infinity, pods: 0 }];

  constructor(release: RecordedRelease, pods: number) {
    this.#release = release;
    this.#steps.push({ from: 0, pods });
  }

  moveTo(pods: number, second: number): void {
    this.#steps.push({ from: second, pods });
  }

  canaryBetween(from: number, to: number): Counts {
    return this.#sum(Math.max(0, from), to, (pods, start, end) => this.#release.canary(pods, start, end));
  }

  stableBetween(from: number, to: number): Counts {
    return this.#sum(from, to, (pods, start, end) => this.#release.stable(pods, start, end));
  }

  /** Stable's answers from the pods that still run it: one that ended takes its counters along. */
  remainingStableBetween(from: number, to: number): Counts {
    return from < to ? this.#release.stable(this.#pods(), from, to) : noAnswers;
  }

  end(end: ReleaseEnd, seconds: number): Verdict {
    return { end, seconds, canary: this.canaryBetween(0, seconds), pods: this.#pods() };
  }

  #pods(): number {
    return this.#steps.at(-1)?.pods ?? 0;
  }

  #sum(from: number, to: number, count: (pods: number, from: number, to: number) => Counts): Counts {
    let sum = noAnswers;
    for (const [index, step] of this.#steps.entries()) {
      const start = Math.max(from, step.from);
      const end = Math.min(to, this.#steps[index + 1]?.from ?? Infinity);
      if (start < end) sum = add(sum, count(step.pods, start, end));
    }
    return sum;
  }
}
