import {
  caughtAtLeast,
  fromZero,
  gateHandover,
  type Handover,
  objectiveDwell,
  quantileOf,
  releaseDwellMs,
  type ServiceLevel,
  sumOf,
  watchChances,
} from '@observed-rollouts/slo';
import { percent, seconds } from '../format.ts';
import { table } from '../markdown.ts';
import type { StoryGate } from '../story-gates.ts';

const watchedSeconds = 7200;

export function watchSection(gates: readonly StoryGate[], level: ServiceLevel): string[] {
  const later = level.traffic.weights.slice(1);
  const longest = releaseDwellMs(level) / 1000;
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
      gates.flatMap((gate) => [
        dwellRow(gate, level, 'after the gate', gateHandover(gate.run('fixed'), gate.objective.acceptable)),
        dwellRow(gate, level, 'from its first answer, without a gate', fromZero),
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

function dwellRow(gate: StoryGate, level: ServiceLevel, when: string, start: readonly Handover[]): string[] {
  const { objective, watch, laterAnswersPerLook, lookSeconds } = gate;
  const dwell = objectiveDwell(objective, level, start);
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
