import type { SequentialTest } from '../sequential-test.ts';
import { answersByLook } from './arrivals.ts';
import { greatestAccepted, leastRejected } from './bounds.ts';
import { type CountDistribution, convolve, cutAbove, cutBelow, total, trim } from './count-distribution.ts';
import type { VerdictChances } from './gate-characteristic.ts';
import { binomial, type CountChances } from './pmf.ts';

/** The walk at a constant rate: the number of answers at each look is known, so that the bad ones alone are its state. `onAccept` is told what is accepted. */
export function walkFixed(
  test: SequentialTest,
  share: number,
  perLook: number,
  looks: number,
  precision: number,
  onAccept?: (answers: number, bad: CountDistribution) => void,
): VerdictChances {
  const rejects = new Float64Array(looks);
  const accepts = new Float64Array(looks);
  const kernels = new Map<number, CountChances>();
  let state: CountDistribution = { first: 0, weights: Float64Array.of(1) };
  let lost = 0;
  let answers = 0;
  for (let look = 1; look <= looks; look++) {
    const arrived = answersByLook(perLook, look) - answers;
    if (arrived === 0) continue;
    answers += arrived;
    const kernel = kernels.get(arrived) ?? binomial(arrived, share);
    kernels.set(arrived, kernel);
    const moved = convolve(state, kernel);
    const above = cutAbove(moved, leastRejected(test, answers));
    const below = cutBelow(above.rest, greatestAccepted(test, answers));
    rejects[look - 1] = above.mass;
    accepts[look - 1] = below.mass;
    if (below.mass > 0) onAccept?.(answers, below.part);
    const trimmed = trim(below.rest);
    state = trimmed.rest;
    lost += trimmed.mass;
    const surviving = total(state);
    if (surviving < precision) return { rejects, accepts, outOfTime: 0, lost: lost + surviving };
  }
  return { rejects, accepts, outOfTime: total(state), lost };
}
