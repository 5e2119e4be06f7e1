import { riskRatio } from '@observed-rollouts/slo';
import { percent, seconds } from '../format.ts';
import { table } from '../markdown.ts';
import { comparedRun, comparedSituations, endWords } from '../prove/compared.ts';
import { uniformFrom } from '../prove/draws.ts';
import { shareInterval } from '../prove/interval.ts';
import { type ComparedRun, simulateCompared } from '../prove/simulate.ts';
import type { StoryGate } from '../story-gates.ts';

const releases = 10_000;
const seed = 1;
/** A window that would be simpler to query than stable's answers since the canary's first look. */
const windowSeconds = 20;

export function comparedSection(gates: readonly StoryGate[]): string[] {
  const ratios = gates.map(({ objective }) => `${objective.name}: ${Number(riskRatio(objective).toFixed(2))}`);
  return [
    '## The gate together with the comparison',
    'An abort also needs the canary to be worse than stable. That has four counters and no cheap exact form, so these figures are simulated: ' +
      `${releases.toLocaleString('en')} seeded releases each, with their 99.9 % intervals (\`npm run prove\` plays 100,000). ` +
      'The comparison can only turn an abort of the gate into a longer look, so the false aborts above are an upper bound without any simulation.',
    `The ratio that the comparison looks for is the step from the acceptable to the refused share (${ratios.join(', ')}): the one at which a release at the refused ` +
      'share is told apart soonest, and one fact less to choose. Stable’s answers count since the look that first saw the canary. A window that reaches back to before the release ' +
      'takes good answers from before a shared outage for the present, and blames the canary for the difference: the last rows show how often.',
    table(
      [
        'Objective',
        'Situation',
        'Stable counted',
        'Abort',
        'Promote',
        'Pause',
        'Mean time',
        'Wrong end',
        '99.9 % interval',
      ],
      gates.flatMap((gate) => [...rowsOf(gate, 'first look'), ...rowsOf(gate, windowLooks(gate)).slice(-1)]),
    ),
  ];
}

function windowLooks({ lookSeconds }: StoryGate): number {
  return Math.max(1, Math.round(windowSeconds / lookSeconds));
}

function rowsOf(gate: StoryGate, stableSince: ComparedRun['stableSince']): string[][] {
  return comparedSituations(gate).map(({ what, shares, wrong }, index) => {
    const tally = simulateCompared(comparedRun(gate, stableSince), shares, releases, uniformFrom(seed + index));
    const { low, high } = shareInterval(tally[wrong.end], releases);
    return [
      gate.objective.name,
      what,
      stableSince === 'first look' ? 'since the canary’s first look' : `over the last ${windowSeconds} s`,
      percent(tally.rejected / releases),
      percent(tally.accepted / releases),
      percent(tally.outOfTime / releases),
      seconds((tally.looks / releases) * gate.lookSeconds),
      endWords[wrong.end],
      `${percent(low)} to ${percent(high)}`,
    ];
  });
}
