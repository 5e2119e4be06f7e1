import {
  fromZero,
  gateCharacteristic,
  gateHandover,
  sumOf,
  watchChances,
  type WatchStage,
} from '@observed-rollouts/slo';
import type { StoryGate } from '../story-gates.ts';
import { comparedRun, comparedSituations, endWords } from './compared.ts';
import { type Uniform, uniformFrom } from './draws.ts';
import { holds, type Interval, meanInterval, shareInterval } from './interval.ts';
import { drawHandover, simulateCompared, simulateGate, simulateWatch, type Tally, zeroCounters } from './simulate.ts';

/** One statement about a point, and whether the simulation bears it out. */
export interface Finding {
  readonly what: string;
  /** What is stated: an exact value, or, for what has none, the greatest chance that is promised. */
  readonly stated: number;
  readonly kind: 'exact' | 'at most';
  /** What the simulated releases showed. */
  readonly measured: number;
  /** 99.9 % interval of the simulation. */
  readonly interval: Interval;
  readonly holds: boolean;
}

/** One simulated situation. */
export interface Point {
  readonly name: string;
  /** Draws the given number of releases from a seed. */
  readonly prove: (releases: number, seed: number) => Finding[];
}

/** Everything that is stated about the gates, in a fixed order, so that each point keeps its seed. */
export function pointsOf(gates: readonly StoryGate[]): Point[] {
  return gates.flatMap((gate) => [
    ...sharesOf(gate).flatMap((share) => (['fixed', 'poisson'] as const).map((kind) => gatePoint(gate, share, kind))),
    ...watchPoints(gate),
    ...comparedPoints(gate),
  ]);
}

function sharesOf({ objective: { acceptable, refused } }: StoryGate): number[] {
  const between = [0.25, 0.5, 0.75].map((part) => acceptable + part * (refused - acceptable));
  return [acceptable / 2, acceptable, ...between, refused, refused * 1.5, 1].map((share) => Number(share.toFixed(4)));
}

function gatePoint(gate: StoryGate, share: number, kind: 'fixed' | 'poisson'): Point {
  const run = gate.run(kind);
  return {
    name: `${gate.objective.name} gate, ${percent(share)} bad, ${kind === 'fixed' ? 'even' : 'random'} arrivals`,
    prove: (releases, seed) => {
      const exact = gateCharacteristic(run, share);
      const tally = simulateGate(run, share, releases, uniformFrom(seed));
      return [
        exactShare('abort', exact.reject, tally.rejected, releases),
        exactShare('promote', exact.accept, tally.accepted, releases),
        exactShare('pause', exact.outOfTime, tally.outOfTime, releases),
        exactMean('mean looks', exact.meanLooks, tally),
      ];
    },
  };
}

function watchPoints(gate: StoryGate): Point[] {
  const { objective, answersPerLook, laterAnswersPerLook, lookSeconds } = gate;
  const { acceptable, refused } = objective;
  const twoHours = [{ answersPerLook, looks: Math.round(7200 / lookSeconds) }];
  const later = laterAnswersPerLook.map((perLook) => ({ answersPerLook: perLook, looks: laterLooks }));
  return [
    watchPoint(gate, 'two hours at the acceptable share', { share: acceptable, stages: twoHours }),
    watchPoint(gate, 'later weights at the refused share', { share: refused, stages: later }),
    watchPoint(gate, 'later weights, refused share from the end of the gate on', {
      share: refused,
      stages: later,
      gateShare: acceptable,
    }),
  ];
}

/** Looks at each later weight in the proof: few enough that a good part of the releases is not caught. */
const laterLooks = 1;

interface WatchSituation {
  readonly share: number;
  readonly stages: readonly WatchStage[];
  /** Share until the gate accepted; counters start at zero when absent. */
  readonly gateShare?: number;
}

function watchPoint(gate: StoryGate, what: string, { share, stages, gateShare }: WatchSituation): Point {
  const run = gate.run('fixed');
  return {
    name: `${gate.objective.name} watch, ${what}`,
    prove: (releases, seed) => {
      const start = gateShare === undefined ? fromZero : gateHandover(run, gateShare);
      const exact = sumOf(watchChances(gate.watch, stages, share, start).rejects);
      const draw = gateShare === undefined ? zeroCounters : (uniform: Uniform) => drawHandover(run, gateShare, uniform);
      const tally = simulateWatch({ test: gate.watch, stages, start: draw }, share, releases, uniformFrom(seed));
      return [exactShare('abort', exact, tally.rejected, releases)];
    },
  };
}

function comparedPoints(gate: StoryGate): Point[] {
  return comparedSituations(gate).map(({ what, shares, wrong: { end, most } }) => ({
    name: `${gate.objective.name} gate with comparison, ${what}`,
    prove: (releases, seed) => {
      const tally = simulateCompared(comparedRun(gate), shares, releases, uniformFrom(seed));
      return [atMost(endWords[end], most, tally[end], tally)];
    },
  }));
}

function exactShare(what: string, stated: number, count: number, releases: number): Finding {
  const interval = shareInterval(count, releases);
  return { what, stated, kind: 'exact', measured: count / releases, interval, holds: holds(interval, stated) };
}

function exactMean(what: string, stated: number, { looks, looksSquared, releases }: Tally): Finding {
  const interval = meanInterval(looks, looksSquared, releases);
  return { what, stated, kind: 'exact', measured: looks / releases, interval, holds: holds(interval, stated) };
}

/** Refuted when the interval lies above what is promised. */
function atMost(what: string, stated: number, count: number, { releases }: Tally): Finding {
  const interval = shareInterval(count, releases);
  return { what, stated, kind: 'at most', measured: count / releases, interval, holds: interval.low <= stated };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
