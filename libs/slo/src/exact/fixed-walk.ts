import type { SequentialTest } from '../sequential-test.ts';
import { answersByLook } from './arrivals.ts';
import { greatestAccepted, isAccepted, isRejected, leastRejected } from './bounds.ts';
import type { CountDistribution } from './count-distribution.ts';
import type { VerdictChances } from './gate-characteristic.ts';
import { binomial, type CountChances } from './pmf.ts';
import { RunningCounts } from './running-counts.ts';

/** The walk at a constant rate: the number of answers at each look is known, so that the bad ones alone are its state. `onAccept` is told what is accepted. */
export function walkFixed(
  test: SequentialTest,
  share: number,
  perLook: number,
  looks: number,
  precision: number,
  onAccept?: (answers: number, bad: CountDistribution) => void,
): VerdictChances {
  if (perLook === 1 && onAccept === undefined) return walkSingle(test, share, looks, precision);
  const rejects = new Float64Array(looks);
  const accepts = new Float64Array(looks);
  const kernels = new Map<number, CountChances>();
  const state = new RunningCounts({ first: 0, weights: Float64Array.of(1) });
  let lost = 0;
  let answers = 0;
  for (let look = 1; look <= looks; look++) {
    const arrived = answersByLook(perLook, look) - answers;
    if (arrived === 0) continue;
    answers += arrived;
    const kernel = kernels.get(arrived) ?? binomial(arrived, share);
    kernels.set(arrived, kernel);
    state.add(kernel);
    rejects[look - 1] = state.cutAbove(leastRejected(test, answers));
    const accepted = greatestAccepted(test, answers);
    const below = onAccept && state.atMost(accepted);
    const mass = state.cutBelow(accepted);
    accepts[look - 1] = mass;
    if (below && mass > 0) onAccept(answers, below);
    lost += state.trim();
    const surviving = state.total;
    if (surviving < precision) return { rejects, accepts, outOfTime: 0, lost: lost + surviving };
  }
  return { rejects, accepts, outOfTime: state.total, lost };
}

/** The same for one answer per look, in place: the bounds of every traffic rest on it, over as many looks as there are answers. */
function walkSingle(test: SequentialTest, share: number, looks: number, precision: number): VerdictChances {
  const rejects = new Float64Array(looks);
  const accepts = new Float64Array(looks);
  // Cell i holds the walks with i bad answers; those that go on lie from `low` to below `high`.
  const cells = new Float64Array(leastRejected(test, looks) + 2);
  cells[0] = 1;
  let low = 0;
  let high = leastRejected(test, 0);
  let surviving = 1;
  for (let answers = 1; answers <= looks; answers++) {
    for (let bad = high; bad >= low; bad--) {
      const fromBelow = bad > low ? (cells[bad - 1] as number) * share : 0;
      cells[bad] = (cells[bad] as number) * (1 - share) + fromBelow;
    }
    // One answer moves a walk by one cell, and each bound by at most one.
    if (isRejected(test, high, answers - high)) {
      rejects[answers - 1] = cells[high] as number;
      surviving -= cells[high] as number;
      cells[high] = 0;
    } else {
      high++;
    }
    while (low < high && isAccepted(test, low, answers - low)) {
      accepts[answers - 1] = (accepts[answers - 1] as number) + (cells[low] as number);
      surviving -= cells[low] as number;
      cells[low++] = 0;
    }
    if (surviving < precision) return { rejects, accepts, outOfTime: 0, lost: Math.max(0, surviving) };
  }
  return { rejects, accepts, outOfTime: surviving, lost: 0 };
}
