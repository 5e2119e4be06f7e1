import { logLikelihoodRatio, type SequentialTest } from '../sequential-test.ts';
import { answersByLook } from './arrivals.ts';
import type { CountDistribution } from './count-distribution.ts';
import type { VerdictChances } from './gate-characteristic.ts';
import { RunningCounts } from './running-counts.ts';

/** Bounds that give the very same result: from above `nearer` to `farther`, both as distances from 0. */
export interface BoundRange {
  readonly nearer: number;
  readonly farther: number;
}

/** The sums of a walk's verdicts over all looks. */
export interface VerdictSums {
  readonly reject: number;
  readonly accept: number;
  readonly lost: number;
  /** How far either bound could be moved without another result; absent where that isn't known. */
  readonly same?: { readonly reject: BoundRange; readonly accept: BoundRange };
}

/** Told of a walk as it goes. */
interface Follower {
  readonly onLook?: (look: number, rejected: number, accepted: number) => void;
  readonly onAccept?: (answers: number, bad: CountDistribution) => void;
}

/** The walk at a constant rate: the number of answers at each look is known, so that the bad ones alone are its state. `onAccept` is told what is accepted. */
export function walkFixed(
  test: SequentialTest,
  share: number,
  perLook: number,
  looks: number,
  precision: number,
  onAccept?: Follower['onAccept'],
): VerdictChances {
  const rejects = new Float64Array(looks);
  const accepts = new Float64Array(looks);
  const onLook = (look: number, rejected: number, accepted: number) => {
    rejects[look - 1] = rejected;
    accepts[look - 1] = accepted;
  };
  const follower = { onLook, ...(onAccept && { onAccept }) };
  const { outOfTime, lost } = sumFixed(test, share, perLook, looks, precision, follower);
  return { rejects, accepts, outOfTime, lost };
}

/** {@link walkFixed} without its looks: they are thousands with a look after each answer, and the search for bounds only asks for their sums. */
export function sumFixed(
  test: SequentialTest,
  share: number,
  perLook: number,
  looks: number,
  precision: number,
  { onLook, onAccept }: Follower = {},
): VerdictSums & Pick<VerdictChances, 'outOfTime'> {
  const state = new RunningCounts({ first: 0, weights: Float64Array.of(1) });
  let reject = 0;
  let accept = 0;
  let answers = 0;
  let surviving = 1;
  const taken: number[] = [];
  // Evidence on both sides of each bound. Variables, not fields: V8 would compile everything again whenever one of them changes for the first time.
  let belowReject = -Infinity;
  let atReject = Infinity;
  let aboveAccept = Infinity;
  let atAccept = -Infinity;
  for (let look = 1; look <= looks; look++) {
    const due = answersByLook(perLook, look);
    if (due === answers) continue;
    state.add(due - answers, share);
    answers = due;
    let rejected = 0;
    while (!state.isEmpty) {
      const evidence = logLikelihoodRatio(test, state.greatest, answers);
      if (evidence < test.reject) {
        if (evidence > belowReject) belowReject = evidence;
        break;
      }
      if (evidence < atReject) atReject = evidence;
      rejected += state.dropGreatest();
    }
    let accepted = 0;
    while (!state.isEmpty) {
      const evidence = logLikelihoodRatio(test, state.least, answers);
      if (evidence > test.accept) {
        if (evidence < aboveAccept) aboveAccept = evidence;
        break;
      }
      if (evidence > atAccept) atAccept = evidence;
      const chance = state.dropLeast();
      accepted += chance;
      if (onAccept) taken.push(chance);
    }
    if (rejected > 0 || accepted > 0) {
      reject += rejected;
      accept += accepted;
      surviving -= rejected + accepted;
      if (onLook) onLook(look, rejected, accepted);
      if (onAccept && accepted > 0) {
        onAccept(answers, { first: state.least - taken.length, weights: Float64Array.from(taken) });
        taken.length = 0;
      }
    }
    if (surviving < precision) break;
  }
  const isOver = surviving < precision;
  const same = {
    reject: { nearer: belowReject, farther: atReject },
    accept: { nearer: -aboveAccept, farther: -atAccept },
  };
  const left = state.total;
  return { reject, accept, outOfTime: isOver ? 0 : left, lost: isOver ? state.lost + left : state.lost, same };
}
