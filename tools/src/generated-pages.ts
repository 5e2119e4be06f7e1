import { renderComparison } from './comparison/page.ts';
import { renderOperatingCurve } from './operating-curve/page.ts';
import { renderMutationProof } from './prove/mutations/page.ts';
import { renderReference } from './reference.ts';

/** Every generated file by its name within `docs/`. */
export function renderPages(): Map<string, string> {
  return new Map([
    ['reference.md', renderReference()],
    ['mutation-proof.md', renderMutationProof()],
    ...renderOperatingCurve(),
    ...renderComparison(),
  ]);
}
