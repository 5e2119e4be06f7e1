import { total } from './count-distribution.ts';
import { quantileOf, sumOf } from './gate-characteristic.ts';
import { arrivalsOf, type Handover, type WatchStage, type WatchTest, watchChances, WatchWalks } from './watch-walk.ts';

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
  const looksPerWeight = leastLooksPerWeight(goal);
  if (looksPerWeight === undefined) return undefined;
  const { rejects } = watchChances(goal.test, stagesOf(goal, looksPerWeight), goal.refused, goal.start);
  const caught = sumOf(rejects);
  return {
    looksPerWeight,
    caught,
    p50: quantileOf(rejects, 0.5 * caught),
    p99: quantileOf(rejects, 0.99 * caught),
  };
}

/** The looks of {@link leastDwell}, for those who ask nothing else. */
export function leastLooksPerWeight(goal: DwellGoal): number | undefined {
  const { start, caught, mostLooks } = goal;
  const walks = new WatchWalks(goal.test, goal.refused);
  // Those that start soonest need about the least time, which is found at the price of one walk for each question.
  const soonest = start.slice(0, 1);
  const theirs = { ...goal, start: soonest, caught: caught * massOf(soonest) };
  const guess = leastFrom(1, mostLooks, (looks) => isEnough(theirs, walks, looks)) ?? mostLooks;
  return leastFrom(guess, mostLooks, (looks) => isEnough(goal, walks, looks));
}

/** The least number from 1 to `most` from which on a condition holds, sought outward from a guess; `undefined` when there is none. */
function leastFrom(guess: number, most: number, holds: (looks: number) => boolean): number | undefined {
  let tooShort = 0;
  let enough = most + 1;
  let looks = guess;
  for (let step = 1; enough - tooShort > 1; step *= 2) {
    if (holds(looks)) enough = looks;
    else tooShort = looks;
    if (enough > most) looks = Math.min(tooShort + step, most);
    else if (tooShort === 0) looks = Math.max(enough - step, 1);
    else looks = Math.floor((tooShort + enough) / 2);
  }
  return enough > most ? undefined : enough;
}

/** Follows the counters of the start one by one, only until those that are left can't change the answer. */
function isEnough(goal: DwellGoal, walks: WatchWalks, looks: number): boolean {
  const arrivals = arrivalsOf(stagesOf(goal, looks));
  let caught = 0;
  let open = massOf(goal.start);
  for (const handover of goal.start) {
    caught += walks.follow(handover, arrivals).refused;
    open -= total(handover.bad);
    if (caught >= goal.caught) return true;
    if (caught + open < goal.caught) return false;
  }
  return false;
}

function massOf(start: readonly Handover[]): number {
  return start.reduce((sum, { bad }) => sum + total(bad), 0);
}

function stagesOf({ answersPerLook }: DwellGoal, looks: number): WatchStage[] {
  return answersPerLook.map((perLook) => ({ answersPerLook: perLook, looks }));
}
