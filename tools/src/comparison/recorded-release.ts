import { answersByLook, type Indicator, pingTraffic } from '@observed-rollouts/slo';
import type { Draws } from './draws.ts';
import type { Situation } from './situation.ts';

/** Answers of one version in a time. */
export interface Counts {
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
}

/** The answers that an objective of this kind calls bad. */
export function badOf({ failed, slow }: Counts, kind: Indicator['kind']): number {
  return kind === 'availability' ? failed : slow;
}

export function add(a: Counts, b: Counts): Counts {
  return { total: a.total + b.total, failed: a.failed + b.failed, slow: a.slow + b.slow };
}

export const noAnswers: Counts = { total: 0, failed: 0, slow: 0 };

/** The fewest pods that make every weight of the story exact. */
export const pods = fewestPods(pingTraffic.weights);

/** Pods of the new version at a weight in percent. */
export function podsAt(weight: number): number {
  return (weight * pods) / 100;
}

function fewestPods(weights: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return 100 / weights.reduce(divisor, 100);
}

/** Length of a recording: the time before the canary that windows reach back to, and the time after it. */
export interface Span {
  readonly historySeconds: number;
  readonly seconds: number;
}

/** Pings of a recording. */
export function pingsOf({ historySeconds, seconds }: Span): number {
  return answersByLook(pingTraffic.pingsPerSecond, historySeconds + seconds);
}

/** Before the first release is played. */
const noDraws: Draws = {
  pod: new Uint8Array(0),
  failure: new Float64Array(0),
  slowness: new Float64Array(0),
  phase: new Float64Array(0),
};

/** Numbers per pod and second in a track: total, failed, slow. */
const fields = 3;
const rowLength = pods * fields;

/**
 * One release in one situation, recorded for every weight at once: what each pod would answer as a canary, and what it would answer as stable.
 *
 * The canary runs on the first pods, whatever the weight. So each rule can choose its own weights and still judges the same pings: what one rule's
 * canary answered, every other rule's canary on that pod answered alike.
 */
export class RecordedRelease {
  readonly #situation: Situation;
  readonly #span: Span;
  /** Counts since the start by second and pod; as a canary, and as stable. */
  readonly #canary: Int32Array;
  readonly #stable: Int32Array;
  #draws: Draws = noDraws;
  /** Absent when failures are independent. */
  #canaryFails: FailuresInRuns | undefined;
  #stableFails: FailuresInRuns | undefined;
  /** Seconds and pings that are recorded so far. */
  #recorded = 0;
  #ping = 0;

  constructor(situation: Situation, span: Span) {
    this.#situation = situation;
    this.#span = span;
    const length = rowLength * (span.historySeconds + span.seconds + 1);
    this.#canary = new Int32Array(length);
    this.#stable = new Int32Array(length);
  }

  /** Starts over with another release. */
  play(draws: Draws): this {
    const { canary, stable, burst } = this.#situation;
    const { phase } = draws;
    this.#draws = draws;
    if (burst > 1) {
      this.#canaryFails = new FailuresInRuns(burst, canary.failed(0), phase.subarray(0, pods));
      this.#stableFails = new FailuresInRuns(burst, stable.failed(0), phase.subarray(pods));
    }
    this.#recorded = 0;
    this.#ping = 0;
    return this;
  }

  /** The canary's answers while it runs on so many pods, in whole seconds from 0 on. */
  canary(onPods: number, from: number, to: number): Counts {
    return this.#between(this.#canary, 0, onPods, from, to);
  }

  /** Stable's answers while the canary runs on so many pods; also from before second 0, when it runs on none. */
  stable(canaryPods: number, from: number, to: number): Counts {
    return this.#between(this.#stable, canaryPods, pods, from, to);
  }

  #between(track: Int32Array, firstPod: number, endPod: number, from: number, to: number): Counts {
    const { historySeconds, seconds } = this.#span;
    if (from < -historySeconds || to > seconds) {
      throw new RangeError(`recording: got ${from} to ${to} s, expected ${-historySeconds} to ${seconds} s`);
    }
    while (this.#recorded < to + historySeconds) this.#recordSecond();
    const start = (from + historySeconds) * rowLength;
    const end = (to + historySeconds) * rowLength;
    let total = 0;
    let failed = 0;
    let slow = 0;
    for (let field = firstPod * fields; field < endPod * fields; field += fields) {
      total += (track[end + field] as number) - (track[start + field] as number);
      failed += (track[end + field + 1] as number) - (track[start + field + 1] as number);
      slow += (track[end + field + 2] as number) - (track[start + field + 2] as number);
    }
    return { total, failed, slow };
  }

  /** Only as far as a rule asks: most releases end early. */
  #recordSecond(): void {
    const { traffic } = this.#situation;
    const second = this.#recorded - this.#span.historySeconds;
    const row = this.#recorded * rowLength;
    const next = row + rowLength;
    this.#canary.copyWithin(next, row, next);
    this.#stable.copyWithin(next, row, next);
    this.#recorded++;
    const last = answersByLook(pingTraffic.pingsPerSecond, this.#recorded);
    if (second < 0 || traffic !== 'none') {
      if (second >= 0 && traffic === 'all') this.#answer(this.#canary, next, this.#canaryFails, 'canary', second, last);
      this.#answer(this.#stable, next, this.#stableFails, 'stable', second, last);
    }
    this.#ping = last;
  }

  /** Adds a second's pings to the row of a track, as one version answers them. */
  #answer(
    track: Int32Array,
    row: number,
    runs: FailuresInRuns | undefined,
    version: 'canary' | 'stable',
    second: number,
    last: number,
  ): void {
    const { pod: podOf, failure, slowness } = this.#draws;
    const { failed, slow } = this.#situation[version];
    const failedShare = failed(second);
    const slowShare = slow(second);
    runs?.at(failedShare);
    for (let ping = this.#ping; ping < last; ping++) {
      const pod = podOf[ping] as number;
      const drawn = failure[ping] as number;
      const isFailed = runs === undefined ? drawn < failedShare : runs.next(pod, drawn);
      const field = row + pod * fields;
      track[field] = (track[field] as number) + 1;
      if (isFailed) track[field + 1] = (track[field + 1] as number) + 1;
      if ((slowness[ping] as number) < slowShare) track[field + 2] = (track[field + 2] as number) + 1;
    }
  }
}

/**
 * Failures that come in runs of equal length on a pod, with the same share in the long run.
 *
 * Between two runs each answer starts the next one with chance q; a cycle is then (1−q)/q good answers on average and one run of r, so that q = s/(s + r(1−s)).
 * A pod is found inside a run with chance s, at any place of it.
 */
class FailuresInRuns {
  readonly #burst: number;
  /** Failures that each pod still owes to the run that it is in. */
  readonly #left: Int32Array;
  #start = 0;

  /** The share at second 0, and for each pod a number from 0 to 1. */
  constructor(burst: number, share: number, phases: Float64Array) {
    this.#burst = burst;
    this.#left = Int32Array.from(phases, (phase) => (phase < share ? 1 + Math.floor((phase / share) * burst) : 0));
  }

  /** Sets the share of the answers that follow. */
  at(share: number): void {
    this.#start = share / (share + this.#burst * (1 - share));
  }

  /** Whether a pod's next answer fails, by a number from 0 to 1. */
  next(pod: number, drawn: number): boolean {
    const left = this.#left[pod] as number;
    if (left > 0) {
      this.#left[pod] = left - 1;
      return true;
    }
    if (drawn >= this.#start) return false;
    this.#left[pod] = this.#burst - 1;
    return true;
  }
}
