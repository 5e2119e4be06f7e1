import type { Document } from '../manifest/analysis-manifest.ts';
import { firstProblem } from './checks.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { reasonOf } from './survivors.ts';

export interface Survivor extends Mutant {
  /** Absent when nobody has explained it: the proof then fails. */
  readonly why?: string;
}

export interface MutationProof {
  readonly mutants: readonly Mutant[];
  readonly survivors: readonly Survivor[];
}

/**
 * Judges every n-th mutant of the manifest by what it does.
 *
 * Errors: a RangeError when the manifest itself, unchanged, has a problem: nothing could then be told from a mutant's.
 */
export function proveMutations(documents: readonly Document[], every = 1): MutationProof {
  const problem = firstProblem(documents);
  if (problem !== undefined) throw new RangeError(`mutation proof: the unchanged manifest has a problem: ${problem}`);
  const mutants = mutantsOf(documents).filter((_, index) => index % every === 0);
  const survivors = mutants
    .filter((mutant) => firstProblem(mutant.apply()) === undefined)
    .map((mutant): Survivor => {
      const reason = reasonOf(mutant);
      return { ...mutant, ...(reason === undefined ? {} : { why: reason.why }) };
    });
  return { mutants, survivors };
}

export function unexplained({ survivors }: MutationProof): readonly Survivor[] {
  return survivors.filter(({ why }) => why === undefined);
}
