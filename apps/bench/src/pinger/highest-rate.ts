import type { Stage } from '../benchmark.ts';
import { Load } from '../harness/load.ts';
import { type ArrivalErrors, arrivalErrors } from './arrivals.ts';
import { measurePoint } from './points.ts';
import type { Target } from './target.ts';

export interface HighestRate {
  readonly ratePerSecond: number;
  readonly errors: ArrivalErrors;
  readonly tried: readonly { readonly ratePerSecond: number; readonly isHeld: boolean }[];
}

const p99WithinMs = 5;
const least = 50;
const most = 4_000;
/** Rates are rounded to two digits: noise is wider. */
const digits = 2;
/** Half of it warms up. */
const seconds = { full: 8, quick: 4 } as const;
const steps = { full: 6, quick: 2 } as const;
const warmUpShare = 0.5;

/**
 * The highest rate that is held: every ping sent and answered, p99 of the arrivals within 5 ms. Halves the range of rates, as ratios, a fixed number of times.
 *
 * Edge: `undefined` when none of the rates was held, as on a machine that is busy with something else.
 */
export async function findHighestRate(stage: Stage, target: Target): Promise<HighestRate | undefined> {
  const tried: { ratePerSecond: number; isHeld: boolean }[] = [];
  const attempt = async (ratePerSecond: number): Promise<ArrivalErrors | undefined> => {
    stage.progress(`highest rate: ${ratePerSecond} pings per second`);
    const options = { stage, target, collector: target.origin, ratePerSecond, seconds: seconds[stage.effort] };
    const { report, arrived } = await measurePoint(options);
    const isHeld = report.ok === report.scheduled && arrived !== undefined && arrived.p99 <= p99WithinMs;
    tried.push({ ratePerSecond, isHeld });
    return isHeld ? arrived : undefined;
  };
  let held = { ratePerSecond: least, errors: await attempt(least) };
  let above = most;
  for (let step = 0; step < steps[stage.effort]; step++) {
    const ratePerSecond = Number(Math.sqrt(held.ratePerSecond * above).toPrecision(digits));
    const errors = await attempt(ratePerSecond);
    if (errors) held = { ratePerSecond, errors };
    else above = ratePerSecond;
  }
  const { ratePerSecond, errors } = held;
  return errors && { ratePerSecond, errors, tried };
}

/** The errors of autocannon's requests at the same rate, seen by the same target. */
export async function autocannonAt(stage: Stage, target: Target, ratePerSecond: number): Promise<ArrivalErrors> {
  stage.progress(`autocannon: ${ratePerSecond} requests per second`);
  await using load = await Load.start();
  await target.arrivals();
  const rate = { perSecond: ratePerSecond, spread: 'autocannon' } as const;
  await load.burst({ url: target.pingUrl, connections: 50, seconds: seconds[stage.effort], rate });
  return arrivalErrors(await target.arrivals(), ratePerSecond, warmUpShare);
}
