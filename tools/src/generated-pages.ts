import { renderComparison } from './comparison/page.ts';
import { renderOperatingCurve } from './operating-curve/page.ts';
import { renderReference } from './reference.ts';

/** Every generated file by its name within `docs/`. */
export function renderPages(): Map<string, string> {
  return new Map([['reference.md', renderReference()], ...renderOperatingCurve(), ...renderComparison()]);
}
