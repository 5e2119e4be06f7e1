import type { Counting } from './arithmetic.ts';
import type { PodHistory } from './pod-history.ts';
import type { CountSequence } from './sequences.ts';

/** A series without a new sample is shown for this long. */
const lookbackMs = 300_000;

/** The window of a guard. */
const guardWindowMs = 60_000;

/** Counters of one pod by status code, as they are shown at a time. */
export type Shown = ReadonlyMap<string, { readonly total: number; readonly fast: number }>;

export interface VersionCounts {
  readonly total: number;
  /** Answers with a status of 500 or above. */
  readonly failed: number;
  /** Answers over the latency bound. */
  readonly slow: number;
}

const nothing: Shown = new Map();

/** What the last scrape of a pod showed; nothing before the first, after a failed one, and five minutes after the last. */
export function shown({ scrapes }: PodHistory, at: number): Shown {
  const last = scrapes.findLast((scrape) => scrape.at <= at);
  return last && last.counters !== 'stale' && at - last.at < lookbackMs ? last.counters : nothing;
}

export function podsOf({ pods }: CountSequence, version: PodHistory['version']): PodHistory[] {
  return pods.filter((pod) => pod.version === version);
}

/** All answers of the canary's pods that are shown. */
export function canaryCounts(sequence: CountSequence, at: number): VersionCounts {
  return sumOf(podsOf(sequence, 'canary').flatMap((pod) => [...shown(pod, at)]));
}

/**
 * The answers of stable's pods since the first whole second that showed the canary: each counter over the least that it showed in the
 * whole seconds since then that showed the canary too.
 */
export function stableCounts(sequence: CountSequence, at: number): VersionCounts {
  const seconds = secondsThatShowCanary(sequence, at);
  const counters = podsOf(sequence, 'stable').flatMap((pod) => {
    const past = seconds.map((second) => shown(pod, second));
    return [...shown(pod, at)].flatMap(([code, now]) => {
      const before = past.flatMap((counters) => counters.get(code) ?? []);
      if (before.length === 0) return [];
      const least = (part: 'total' | 'fast') => Math.min(...before.map((counter) => counter[part]));
      return [[code, { total: now.total - least('total'), fast: now.fast - least('fast') }] as const];
    });
  });
  return sumOf(counters);
}

function secondsThatShowCanary(sequence: CountSequence, at: number): number[] {
  const canary = podsOf(sequence, 'canary');
  const seconds = Array.from({ length: Math.floor(at / 1000) + 1 }, (_, second) => second * 1000);
  return seconds.filter((second) => canary.some((pod) => shown(pod, second).size > 0));
}

export function sumOf(counters: readonly (readonly [code: string, { total: number; fast: number }])[]): VersionCounts {
  const sum = (of: (code: string, counter: { total: number; fast: number }) => number) =>
    counters.reduce((total, [code, counter]) => total + of(code, counter), 0);
  return {
    total: sum((_, { total }) => total),
    failed: sum((code, { total }) => (Number(code) >= 500 ? total : 0)),
    slow: sum((_, { total, fast }) => total - fast),
  };
}

/** Counters of good answers of the canary that are shown. */
export function canaryPodsShown(sequence: CountSequence, at: number): number {
  return podsOf(sequence, 'canary').filter((pod) => shown(pod, at).has('200')).length;
}

/** Starts of the canary's processes in the last minute that followed another one. */
export function canaryRestarts(sequence: CountSequence, at: number): number {
  const starts = podsOf(sequence, 'canary').map(({ scrapes }) =>
    scrapes
      .filter((scrape) => scrape.counters !== 'stale' && inWindow(scrape.at, at))
      .map(({ startedAt }) => startedAt),
  );
  return starts.flatMap((of) => of.filter((start, index) => index > 0 && start !== of[index - 1])).length;
}

/**
 * Answers of the canary in the last minute as `increase` estimates them.
 *
 * Shape: the least and the most that the estimate may be; versions of Prometheus differ in how a gap before the first sample ends at zero.
 */
export function canaryIncrease(sequence: CountSequence, at: number): readonly [least: number, most: number] {
  const estimates = podsOf(sequence, 'canary').flatMap(({ scrapes }) => {
    const inside = scrapes.filter((scrape) => inWindow(scrape.at, at));
    const codes = new Set(inside.flatMap(({ counters }) => (counters === 'stale' ? [] : [...counters.keys()])));
    return [...codes].map((code) =>
      estimateOf(
        at,
        inside.flatMap(({ at: time, counters }) => {
          const value = counters === 'stale' ? undefined : counters.get(code)?.total;
          return value === undefined ? [] : [{ time, value }];
        }),
      ),
    );
  });
  return [0, 1].map((part) => estimates.reduce((sum, estimate) => sum + (estimate[part] as number), 0)) as [
    number,
    number,
  ];
}

function estimateOf(end: number, samples: readonly { time: number; value: number }[]): readonly [number, number] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first === last) return [0, 0];
  // A counter that falls was started again: all that it shows then is new.
  const gained = samples.reduce((sum, { value }, index) => {
    const before = samples[index - 1]?.value ?? value;
    return sum + (value < before ? value : value - before);
  }, 0);
  const covered = last.time - first.time;
  const interval = covered / (samples.length - 1);
  // A gap at an edge counts in full when a sample may just be late, and for half an interval when it is longer.
  const reach = (gap: number) => (gap < 1.1 * interval ? gap : interval / 2);
  const gap = first.time - (end - guardWindowMs);
  // The counter can't have been below zero.
  const sinceZero = gained > 0 ? (covered * first.value) / gained : Infinity;
  const starts = [reach(Math.min(gap, sinceZero)), Math.min(reach(gap), sinceZero)];
  const estimates = starts.map((start) => (gained * (start + covered + reach(end - last.time))) / covered);
  return [Math.min(...estimates), Math.max(...estimates)];
}

function inWindow(time: number, end: number): boolean {
  return time <= end && time > end - guardWindowMs;
}

/** The queries that read the counters of the pods. */
export const shownCounts: Counting = {
  canary: canaryCounts,
  stable: stableCounts,
  canarySeries: canaryPodsShown,
  canaryLastMinute: canaryIncrease,
};
