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

function walkSingle(test: SequentialTest, share: number, looks: number, precision: number): VerdictChances {
  const rejects = new Float64Array(looks);
  const accepts = new Float64Array(looks);
  const ended = followSingle(test, share, looks, precision, (look, rejected, accepted) => {
    rejects[look - 1] = rejected;
    accepts[look - 1] = accepted;
  });
  return { rejects, accepts, ...ended };
}

/** The sums of a walk's verdicts over all looks. */
export interface VerdictSums {
  readonly reject: number;
  readonly accept: number;
  readonly lost: number;
}

/** The walk with a look after every single answer, without its looks: they are thousands, and the search for bounds only asks for their sums. */
export function sumSingle(test: SequentialTest, share: number, looks: number, precision: number): VerdictSums {
  let reject = 0;
  let accept = 0;
  const { lost } = followSingle(test, share, looks, precision, (_, rejected, accepted) => {
    reject += rejected;
    accept += accepted;
  });
  return { reject, accept, lost };
}

/** One answer per look, in place: the bounds of every traffic rest on it, over as many looks as there are answers. */
function followSingle(
  test: SequentialTest,
  share: number,
  looks: number,
  precision: number,
  onLook: (look: number, rejected: number, accepted: number) => void,
): Pick<VerdictChances, 'outOfTime' | 'lost'> {
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
    let rejected = 0;
    let accepted = 0;
    // One answer moves a walk by one cell, and each bound by at most one.
    if (isRejected(test, high, answers - high)) {
      rejected = cells[high] as number;
      surviving -= rejected;
      cells[high] = 0;
    } else {
      high++;
    }
    while (low < high && isAccepted(test, low, answers - low)) {
      accepted += cells[low] as number;
      surviving -= cells[low] as number;
      cells[low++] = 0;
    }
    if (rejected > 0 || accepted > 0) onLook(answers, rejected, accepted);
    if (surviving < precision) return { outOfTime: 0, lost: Math.max(0, surviving) };
  }
  return { outOfTime: surviving, lost: 0 };
}
