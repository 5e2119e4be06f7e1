import type { ReleaseTraffic } from './objective.ts';

/** One step of a release. */
export type ReleaseStep =
  | { readonly kind: 'weight'; readonly percent: number }
  | { readonly kind: 'gate' }
  | { readonly kind: 'dwell'; readonly milliseconds: number };

/** The steps of a release: the first weight and its gate; each later weight lasts as long as the watch needs. */
export function releaseSteps([first, ...later]: ReleaseTraffic['weights'], dwellMs: number): readonly ReleaseStep[] {
  return [
    { kind: 'weight', percent: first },
    { kind: 'gate' },
    ...later.flatMap((percent): ReleaseStep[] => [
      { kind: 'weight', percent },
      { kind: 'dwell', milliseconds: dwellMs },
    ]),
  ];
}
