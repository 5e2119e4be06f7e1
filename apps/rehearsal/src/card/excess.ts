import type { VersionCounts } from './verdict-card.ts';

/** Answers that users would have had otherwise, had the canary's been like stable's; below 0 when the canary was the better one. */
export interface Excess {
  readonly failed: number;
  readonly slow: number;
}

/**
 * What the release cost its users: bad answers of the canary beyond what stable's share would have given for as many answers.
 *
 * Shape: `bad_canary − answers_canary · bad_stable / answers_stable`, for failed and for slow answers; a difference of counts, so not a whole number.
 * Edge:  `undefined` when one of the versions has no answers. Chance is in it: a canary that is like stable has an excess around 0, not 0.
 */
export function excessOf(canary: VersionCounts, stable: VersionCounts): Excess | undefined {
  if (canary.answers === 0 || stable.answers === 0) return undefined;
  const beyond = (bad: 'failed' | 'slow') => canary[bad] - (canary.answers * stable[bad]) / stable.answers;
  return { failed: beyond('failed'), slow: beyond('slow') };
}
