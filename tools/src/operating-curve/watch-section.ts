import {
  caughtAtLeast,
  type Dwell,
  fromZero,
  gateHandover,
  type Handover,
  leastDwell,
  pingTraffic,
  quantileOf,
  sumOf,
  watchChances,
} from '@observed-rollouts/slo';
import { table } from '../markdown.ts';
import type { StoryGate } from '../story-gates.ts';
import { percent, seconds } from './format.ts';
/** Longest dwell that is tried: an hour of one-second looks. */
const mostLooks = 3600;
const watchedSeconds = 7200;

export function watchSection(gates: readonly StoryGate[]): string[] {
  const later = pingTraffic.weights.slice(1);
  const dwells = gates.map((gate) => dwellOf(gate, gateHandover(gate.run('fixed'), gate.objective.acceptable)));
  const longest = Math.max(...dwells.map((dwell, index) => dwell.looksPerWeight * (gates[index]?.lookSeconds ?? 0)));
  return [
    '## The watch and the dwell',
    'After the gate the watch looks on, at every later weight. Its evidence is an e-value: while the share of bad answers is acceptable, the chance that it ever reaches ' +
      `its bound is at most the stated one, however often and for however long one looks. Over two hours at the first weight’s traffic, exactly:`,
    table(
      [
        'Objective',
        'Abort at evidence',
        'False abort in 2 h',
        'Allowed',
        `Refused share caught: median`,
        '99 % within',
      ],
      gates.map(watchRow),
    ),
    `A background test sees next to nothing of weights that last a second. So each of ${later.join(', ')} % lasts as long as the watch needs to catch the refused share with ` +
      `${percent(caughtAtLeast)}, and no longer. The case that counts is a release that met its objective until it passed the gate, and breaks it from the next weight on: ` +
      'its counters bring along the good answers of the gate, which have to be outweighed.',
    table(
      ['Objective', 'Breaks', 'Dwell per weight', 'Caught', 'Median', '99 % within', 'False abort meanwhile'],
      gates.flatMap((gate, index) => [
        dwellRow(
          gate,
          'after the gate',
          dwells[index] as Dwell,
          gateHandover(gate.run('fixed'), gate.objective.acceptable),
        ),
        dwellRow(gate, 'from its first answer, without a gate', dwellOf(gate, fromZero), fromZero),
      ]),
    ),
    `The longest of the dwells holds for all: **${seconds(longest)} per weight**. It costs a good release ${seconds(longest * later.length)} in all.`,
  ];
}

function watchRow({ objective, watch, rates, answersPerLook, lookSeconds }: StoryGate): string[] {
  const stages = [{ answersPerLook, looks: Math.round(watchedSeconds / lookSeconds) }];
  const caught = watchChances(watch, stages, objective.refused).rejects;
  const total = sumOf(caught);
  return [
    objective.name,
    `${watch.reject}`,
    percent(sumOf(watchChances(watch, stages, objective.acceptable).rejects)),
    percent(rates.alpha),
    seconds(quantileOf(caught, 0.5 * total) * lookSeconds),
    seconds(quantileOf(caught, 0.99 * total) * lookSeconds),
  ];
}

function dwellOf({ objective, watch, laterAnswersPerLook }: StoryGate, start: readonly Handover[]): Dwell {
  const goal = { test: watch, answersPerLook: laterAnswersPerLook, refused: objective.refused, caught: caughtAtLeast };
  const dwell = leastDwell({ ...goal, start, mostLooks });
  if (dwell === undefined)
    throw new Error(`${objective.name}: no dwell up to ${mostLooks} looks catches the refused share`);
  return dwell;
}

function dwellRow(gate: StoryGate, when: string, dwell: Dwell, start: readonly Handover[]): string[] {
  const { objective, watch, laterAnswersPerLook, lookSeconds } = gate;
  const stages = laterAnswersPerLook.map((answersPerLook) => ({ answersPerLook, looks: dwell.looksPerWeight }));
  return [
    objective.name,
    when,
    seconds(dwell.looksPerWeight * lookSeconds),
    percent(dwell.caught),
    seconds(dwell.p50 * lookSeconds),
    seconds(dwell.p99 * lookSeconds),
    percent(sumOf(watchChances(watch, stages, objective.acceptable, start).rejects)),
  ];
}
