import type { Counting } from './arithmetic.ts';
import type { PodHistory } from './pod-history.ts';
import type { CountSequence } from './sequences.ts';
import { canaryCounts, podsOf, shown, sumOf, type VersionCounts } from './shown-counts.ts';

/** Rules are evaluated at whole seconds. */
const evaluationMs = 1_000;

/** A pod's last value is found for so long before an evaluation. */
const missedScrapesMs = 10_000;

const guardWindowMs = 60_000;

/** The evaluation that a look finds. */
function evaluationAt(at: number): number {
  return at - (at % evaluationMs);
}

function evaluationsUntil(at: number): number[] {
  return Array.from({ length: Math.floor(at / evaluationMs) + 1 }, (_, index) => index * evaluationMs);
}

function isThere(sequence: CountSequence, version: PodHistory['version'], at: number): boolean {
  return podsOf(sequence, version).some((pod) => shown(pod, at).size > 0);
}

/** What a version's pods counted from one evaluation to the next; counters that begin or start again count nothing. */
function increase(sequence: CountSequence, version: PodHistory['version'], at: number): VersionCounts {
  const counters = podsOf(sequence, version).flatMap((pod) =>
    [...shown(pod, at)].flatMap(([code, now]) => {
      const before = lastOf(pod, code, at - evaluationMs);
      if (!before) return [];
      const grown = (part: 'total' | 'fast') => Math.max(now[part] - before[part], 0);
      return [[code, { total: grown('total'), fast: grown('fast') }] as const];
    }),
  );
  return sumOf(counters);
}

/** The last counter of a pod in the seconds before; failed scrapes are passed over. */
function lastOf({ scrapes }: PodHistory, code: string, at: number) {
  const held = scrapes.flatMap(({ at: time, counters }) => {
    const counter = counters === 'stale' ? undefined : counters.get(code);
    return counter && time <= at && time > at - missedScrapesMs ? [counter] : [];
  });
  return held.at(-1);
}

const nothing: VersionCounts = { total: 0, failed: 0, slow: 0 };

function plus(one: VersionCounts, other: VersionCounts): VersionCounts {
  return { total: one.total + other.total, failed: one.failed + other.failed, slow: one.slow + other.slow };
}

/** What the rules have recorded at each evaluation, in their order. */
interface Recordings {
  readonly canaryThere: readonly boolean[];
  readonly canaryIncrease: readonly VersionCounts[];
  /** The answers of stable since the first evaluation that showed the canary; nothing while the canary isn't shown. */
  readonly stableSinceCanary: readonly VersionCounts[];
}

const recorded = new Map<CountSequence, Recordings>();

function recordingsOf(sequence: CountSequence): Recordings {
  const known = recorded.get(sequence);
  if (known) return known;
  const evaluations = evaluationsUntil(sequence.looks.at(-1) ?? 0);
  const canaryThere = evaluations.map((at) => isThere(sequence, 'canary', at));
  let sum: VersionCounts | undefined;
  const recordings = {
    canaryThere,
    canaryIncrease: evaluations.map((at) => increase(sequence, 'canary', at)),
    stableSinceCanary: evaluations.map((at, index) => {
      if (!canaryThere[index]) return nothing;
      sum = sum ? plus(sum, increase(sequence, 'stable', at)) : nothing;
      return sum;
    }),
  };
  recorded.set(sequence, recordings);
  return recordings;
}

/** What was recorded at the evaluation that a look finds. */
function found<Value>(values: readonly Value[], at: number): Value {
  return values[Math.floor(at / evaluationMs)] as Value;
}

function canaryLastMinute(sequence: CountSequence, at: number): readonly [number, number] {
  const { total } = recordingsOf(sequence)
    .canaryIncrease.filter((_, index) => index * evaluationMs > at - guardWindowMs && index * evaluationMs <= at)
    .reduce(plus, nothing);
  return [total, total];
}

/** The queries that read recordings, beside one other version. */
export const recordedCounts: Counting = {
  canary: (sequence, at) => canaryCounts(sequence, evaluationAt(at)),
  stable: (sequence, at) => found(recordingsOf(sequence).stableSinceCanary, at),
  canarySeries: (sequence, at) => (found(recordingsOf(sequence).canaryThere, at) ? 1 : 0),
  canaryLastMinute,
};
