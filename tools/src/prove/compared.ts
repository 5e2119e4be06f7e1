import { riskRatio } from '@observed-rollouts/slo';
import type { StoryGate } from '../story-gates.ts';
import type { ComparedRun, ComparedShares, Tally } from './simulate.ts';

/**
 * A situation of the gate together with the comparison, which has four counters and no cheap exact form: its chances are simulated.
 *
 * Its false aborts need no simulation to be bounded: it aborts only walks that the gate alone aborts too.
 */
export interface ComparedSituation {
  readonly what: string;
  readonly shares: ComparedShares;
  /** The wrong end, and the greatest chance of it that is promised. */
  readonly wrong: { readonly end: 'rejected' | 'accepted'; readonly most: number };
}

export function comparedSituations({ objective, rates }: StoryGate): ComparedSituation[] {
  const { acceptable, refused } = objective;
  const outage = Math.min(0.95, 1.75 * refused);
  const before = { stable: acceptable, stableBefore: acceptable };
  return [
    {
      what: `both at ${percent(acceptable)}`,
      shares: { canary: acceptable, ...before },
      wrong: { end: 'rejected', most: rates.alpha },
    },
    {
      what: `canary at ${percent(refused)}`,
      shares: { canary: refused, ...before },
      wrong: { end: 'accepted', most: rates.beta },
    },
    {
      what: `both at ${percent(outage)} from the release on`,
      shares: { canary: outage, stable: outage, stableBefore: acceptable },
      wrong: { end: 'rejected', most: 0.01 },
    },
  ];
}

/** The gate with the comparison at the story's traffic; the ratio is the step that the gate itself is built for. */
export function comparedRun(gate: StoryGate, stableSince: ComparedRun['stableSince'] = 'first look'): ComparedRun {
  return {
    ...gate.run('fixed'),
    ratio: riskRatio(gate.objective),
    stablePerLook: gate.stablePerLook,
    stableSince,
  };
}

/** What an end is called that is wrong in a situation. */
export const endWords = { rejected: 'abort', accepted: 'promote', outOfTime: 'pause' } as const satisfies Partial<
  Record<keyof Tally, string>
>;

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
