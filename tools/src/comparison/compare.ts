import { type ReleaseEnd, releaseEnds } from '@observed-rollouts/contract';
import type { ServiceLevel } from '@observed-rollouts/slo';
import { type Interval, shareInterval } from '../prove/interval.ts';
import { drawsFrom } from './draws.ts';
import { objectiveOf } from './objective-of.ts';
import { badOf, pingsOf, pods, RecordedRelease, type Span } from './recorded-release.ts';
import type { Rule, Verdict } from './rollout.ts';
import type { Situation } from './situation.ts';

/** Chance that a 95 % interval leaves out on either side. */
const tail95 = 0.025;

/** A share of the releases with its 95 % interval. */
export interface Estimate extends Interval {
  readonly share: number;
}

/** What one rule did with the releases of one situation. */
export interface Cell {
  readonly ends: Readonly<Record<ReleaseEnd, Estimate>>;
  /** One of the ends that the objectives call for; absent where they call for none. */
  readonly right: Estimate | undefined;
  /** Seconds from the canary's first answer to the end, whatever it is. */
  readonly p50: number;
  readonly p99: number;
  /** Bad answers of the canary until the end, on average. */
  readonly bad: number;
  /** The same less what the objective allows for as many answers; below 0 for a release that is better than its objective. */
  readonly excess: number;
  /** Excess of a fixed time: the end's consequences included, with the true shares. */
  readonly excessInAll: number;
}

/** Results by situation, in the order of the rules. */
export type Comparison = ReadonlyMap<Situation, readonly Cell[]>;

/** How much is drawn. */
export interface Sample {
  readonly releases: number;
  /** Release i draws from seed + i. */
  readonly seed: number;
}

/** Judges every situation's releases by every rule; the same draws for all of them. */
export function compare(
  situations: readonly Situation[],
  rules: readonly Rule[],
  level: ServiceLevel,
  { releases, seed }: Sample,
): Comparison {
  const span = spanOf(rules);
  const tallies = situations.map((situation) => ({
    situation,
    release: new RecordedRelease(situation, span),
    judges: rules.map((rule) => ({
      rule,
      tally: new Tally(situation, objectiveOf(level, situation.harm).acceptable, span.seconds),
    })),
  }));
  for (let release = 0; release < releases; release++) {
    const draws = drawsFrom(seed + release, pingsOf(span), pods);
    for (const { release: recorded, judges } of tallies) {
      recorded.play(draws);
      for (const { rule, tally } of judges) tally.count(rule.judge(recorded));
    }
  }
  return new Map(tallies.map(({ situation, judges }) => [situation, judges.map(({ tally }) => tally.cell())]));
}

/** Time that every rule's releases fit into. */
export function spanOf(rules: readonly Rule[]): Span {
  return {
    historySeconds: Math.max(...rules.map(({ historySeconds }) => historySeconds)),
    seconds: Math.max(...rules.map(({ longestSeconds }) => longestSeconds)),
  };
}

class Tally {
  readonly #situation: Situation;
  readonly #acceptable: number;
  /** Excess answers that the canary gives on all pods from each second on until the span is over, on average. */
  readonly #excessFrom: Float64Array;
  readonly #ends: Record<ReleaseEnd, number> = { aborted: 0, promoted: 0, paused: 0 };
  readonly #seconds: number[] = [];
  #bad = 0;
  #excess = 0;
  #excessInAll = 0;

  constructor(situation: Situation, acceptable: number, spanSeconds: number) {
    this.#situation = situation;
    this.#acceptable = acceptable;
    this.#excessFrom = new Float64Array(spanSeconds + 1);
    const { failed, slow } = situation.canary;
    const shareAt = situation.harm === 'availability' ? failed : slow;
    for (let second = spanSeconds - 1; second >= 0; second--) {
      const excess = pingsOf({ historySeconds: 0, seconds: 1 }) * (shareAt(second) - acceptable);
      this.#excessFrom[second] = (this.#excessFrom[second + 1] as number) + excess;
    }
  }

  count({ end, seconds, canary, pods: canaryPods }: Verdict): void {
    const bad = badOf(canary, this.#situation.harm);
    const excess = bad - this.#acceptable * canary.total;
    const podsAfter = { aborted: 0, promoted: pods, paused: canaryPods }[end];
    this.#ends[end]++;
    this.#seconds.push(seconds);
    this.#bad += bad;
    this.#excess += excess;
    this.#excessInAll += excess + ((this.#excessFrom[seconds] as number) * podsAfter) / pods;
  }

  cell(): Cell {
    const sorted = this.#seconds.toSorted((a, b) => a - b);
    const of = sorted.length;
    const estimate = (ends: readonly ReleaseEnd[]): Estimate => {
      const count = ends.reduce((sum, end) => sum + this.#ends[end], 0);
      return { share: count / of, ...shareInterval(count, of, tail95) };
    };
    const { right } = this.#situation;
    return {
      ends: Object.fromEntries(releaseEnds.map((end) => [end, estimate([end])])) as Record<ReleaseEnd, Estimate>,
      right: right.length === 0 ? undefined : estimate(right),
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      bad: this.#bad / of,
      excess: this.#excess / of,
      excessInAll: this.#excessInAll / of,
    };
  }
}

/** Least value that at least this part of the sorted values doesn't exceed. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.ceil(part * sorted.length) - 1] as number;
}
