import { gateCharacteristic, leastDwell, fromZero, riskRatio, sumOf, watchChances } from '@observed-rollouts/slo';
import type { StoryGate } from '../story-gates.ts';
import { uniformFrom } from './draws.ts';
import { holds, type Interval, meanInterval, shareInterval } from './interval.ts';
import { type ComparedShares, simulateCompared, simulateGate, simulateWatch, type Tally } from './simulate.ts';

/** One statement about a point, and whether the simulation bears it out. */
export interface Finding {
  readonly what: string;
  /** What is stated: an exact value, or, for what has none, the greatest chance that is promised. */
  readonly stated: number;
  readonly kind: 'exact' | 'at most';
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
    watchPoint(gate, 'two hours at the acceptable share', gate.objective.acceptable, [
      { answersPerLook: gate.answersPerLook, looks: Math.round(7200 / gate.lookSeconds) },
    ]),
    watchPoint(gate, 'the later weights at the refused share', gate.objective.refused, dwellStages(gate)),
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
        exactly('abort', exact.reject, shareInterval(tally.rejected, releases)),
        exactly('promote', exact.accept, shareInterval(tally.accepted, releases)),
        exactly('pause', exact.outOfTime, shareInterval(tally.outOfTime, releases)),
        exactly('mean looks', exact.meanLooks, meanInterval(tally.looks, tally.looksSquared, releases)),
      ];
    },
  };
}

/** Later weights that last as long as the watch needs; the proof needs some length, and this is the one of the page. */
function dwellStages({ watch, laterAnswersPerLook, objective }: StoryGate) {
  const dwell = leastDwell({
    test: watch,
    answersPerLook: laterAnswersPerLook,
    refused: objective.refused,
    caught: 0.99,
    start: fromZero,
    mostLooks: 1000,
  });
  if (dwell === undefined) throw new Error(`${objective.name}: no dwell up to 1000 looks catches ${objective.refused}`);
  return laterAnswersPerLook.map((answersPerLook) => ({ answersPerLook, looks: dwell.looksPerWeight }));
}

function watchPoint(
  { objective, watch }: StoryGate,
  what: string,
  share: number,
  stages: Parameters<typeof watchChances>[1],
): Point {
  return {
    name: `${objective.name} watch, ${what}`,
    prove: (releases, seed) => {
      const exact = sumOf(watchChances(watch, stages, share).rejects);
      const tally = simulateWatch(watch, stages, share, releases, uniformFrom(seed));
      return [exactly('abort', exact, shareInterval(tally.rejected, releases))];
    },
  };
}

/**
 * The gate together with the comparison has four counters and no cheap exact form: its chances are simulated.
 *
 * Its false aborts need no simulation to be bounded: it aborts only walks that the gate alone aborts too.
 */
function comparedPoints(gate: StoryGate): Point[] {
  const { acceptable, refused, name } = gate.objective;
  const outage = Math.min(0.95, 1.75 * refused);
  const situations: readonly (readonly [string, ComparedShares, 'rejected' | 'accepted', number])[] = [
    ['both at the acceptable share: aborted', shares(acceptable, acceptable, acceptable), 'rejected', gate.rates.alpha],
    ['canary at the refused share: promoted', shares(refused, acceptable, acceptable), 'accepted', gate.rates.beta],
    [`both at ${percent(outage)} from the release on: blamed`, shares(outage, outage, acceptable), 'rejected', 0.01],
  ];
  return situations.map(([what, share, end, most]) => ({
    name: `${name} gate with comparison, ${what}`,
    prove: (releases, seed) => {
      const tally = simulateCompared(comparedRun(gate), share, releases, uniformFrom(seed));
      return [atMost(end === 'rejected' ? 'abort' : 'promote', most, tally[end], tally)];
    },
  }));
}

function comparedRun(gate: StoryGate) {
  return {
    ...gate.run('fixed'),
    ratio: riskRatio(gate.objective),
    stablePerLook: gate.stablePerLook,
    stableSince: 'first look' as const,
  };
}

function shares(canary: number, stable: number, stableBefore: number): ComparedShares {
  return { canary, stable, stableBefore };
}

function exactly(what: string, stated: number, interval: Interval): Finding {
  return { what, stated, kind: 'exact', interval, holds: holds(interval, stated) };
}

/** Refuted when the interval lies above what is promised. */
function atMost(what: string, stated: number, count: number, { releases }: Tally): Finding {
  const interval = shareInterval(count, releases);
  return { what, stated, kind: 'at most', interval, holds: interval.low <= stated };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
