import { quantileOf, sumOf } from './gate-characteristic.ts';
import { type Handover, type WatchTest, watchChances } from './watch-walk.ts';

/** What the later weights of a release bring to the watch, and how sure it must be. */
export interface DwellGoal {
  readonly test: WatchTest;
  /** Answers of the canary per look at each later weight, in their order. */
  readonly answersPerLook: readonly number[];
  /** Share of bad answers that must be caught. */
  readonly refused: number;
  /** Least chance to catch it before the last of these weights ends, e.g. 0.99. */
  readonly caught: number;
  /** What the counters hold when the first of these weights starts. */
  readonly start: readonly Handover[];
  /** Most looks per weight that are tried. */
  readonly mostLooks: number;
}

/** How long each later weight has to last. */
export interface Dwell {
  readonly looksPerWeight: number;
  /** Exact chance to catch the refused share within it. */
  readonly caught: number;
  /** Looks until it is caught, over all that are. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * The shortest dwell, the same at each weight, that catches a release at the refused share often enough.
 *
 * Edge: `undefined` when not even the most looks suffice.
 */
export function leastDwell(goal: DwellGoal): Dwell | undefined {
  let tooShort = 0;
  let enough = 1;
  while (caughtWithin(goal, enough) < goal.caught) {
    if (enough === goal.mostLooks) return undefined;
    tooShort = enough;
    enough = Math.min(enough * 2, goal.mostLooks);
  }
  while (enough - tooShort > 1) {
    const middle = Math.floor((tooShort + enough) / 2);
    if (caughtWithin(goal, middle) >= goal.caught) enough = middle;
    else tooShort = middle;
  }
  const rejects = chancesOf(goal, enough);
  const caught = sumOf(rejects);
  return {
    looksPerWeight: enough,
    caught,
    p50: quantileOf(rejects, 0.5 * caught),
    p99: quantileOf(rejects, 0.99 * caught),
  };
}

function caughtWithin(goal: DwellGoal, looks: number): number {
  return sumOf(chancesOf(goal, looks));
}

function chancesOf({ test, answersPerLook, refused, start }: DwellGoal, looks: number): Float64Array {
  const stages = answersPerLook.map((perLook) => ({ answersPerLook: perLook, looks }));
  return watchChances(test, stages, refused, start).rejects;
}
