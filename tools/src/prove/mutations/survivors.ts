import type { Mutant } from './mutants.ts';

/** Why a mutant changes nothing that anyone could see. */
export interface Reason {
  readonly why: string;
  readonly covers: (mutant: Mutant) => boolean;
}

const changedTo = (pattern: RegExp) => (mutant: Mutant) => pattern.test(mutant.after);

/** The reasons for which a survivor is no gap in the proof; one that none of them covers fails the proof. */
export const reasons: readonly Reason[] = [
  {
    why: 'Argo Rollouts takes an absent failureLimit for 0, which is what stands there.',
    covers: ({ where, after }) => where.endsWith('failureLimit') && after === 'absent',
  },
  {
    why: 'The look that exceeds the limit is the last one that the count allows: the gate ends at the same second, undecided, either way.',
    covers: ({ where, before, after }) => where.endsWith('inconclusiveLimit') && Number(after) === Number(before) - 1,
  },
  {
    why: 'The condition is there to be met by no reading, and no reading is below 0: none is below −1 either.',
    covers: ({ kind, after }) => kind === 'condition bound' && after === '"result[0] < -1"',
  },
  {
    why: 'Both sides of the sign are equal only where what is read is the same on either branch, or where real-valued evidence would have to meet a bound exactly.',
    covers: ({ kind, where, before, after }) =>
      kind === 'comparison sign' &&
      where.includes('query at') &&
      (after.length === before.length + 1 || after.length === before.length - 1),
  },
  {
    why: 'The fallback is for a version without series. At this place it is never asked for, or only decides between two readings that are the same: a canary without series has a walk of 0, which no comparison lifts, and a canary with enough evidence has failed answers.',
    covers: ({ kind, after }) => kind === 'query constant' && /vector\((?:1|-1)\)/.test(after),
  },
  {
    why: 'The divisor is a whole number of answers: from 1 on the bound is not active, and at 0 the dividend is 0; at this place a single answer decides nothing.',
    covers: ({ kind, after }) => kind === 'query constant' && /, (?:0\.9|1\.1)\)/.test(after),
  },
  {
    why: 'Steps that are finer than the scrape interval see the same scrapes.',
    covers: changedTo(/:500ms\]/),
  },
  {
    why: 'A subtraction keeps the series that both of its sides select: one side alone may select more.',
    covers: ({ kind, where, before, after }) =>
      kind === 'label matcher' &&
      after.length < before.length &&
      where.includes('answers') &&
      !before.includes('or vector(0)) -'),
  },
  {
    why: 'Only the presence of the series is asked for, and each histogram has its count and its sum at the same time.',
    covers: ({ kind, after }) =>
      kind === 'metric name' &&
      /(?:on\(\) sum|count)\(http_server_request_duration_seconds_(?:sum|count)\{/.test(after),
  },
  {
    why: 'No reading of this metric fails: it can pause a release, never abort it, so that its failureLimit is never asked.',
    covers: ({ where }) =>
      where.endsWith('failureLimit') &&
      /too-many-but-not-clearly-above-stable|metrics-of|answers-of-canary:/.test(where),
  },
  {
    why: 'Each reading of this metric is a success or a failure: its inconclusiveLimit is never asked.',
    covers: ({ where }) => where.endsWith('inconclusiveLimit') && /-watch: |restarts-of/.test(where),
  },
  {
    why: 'A look between two scrapes sees nothing new, and this metric counts no looks: its first failing one decides.',
    covers: ({ kind, where, after }) =>
      kind === 'interval' && after === '"500ms"' && /-watch: |restarts-of/.test(where),
  },
  {
    why: 'The reading is a number of series, a whole one: from 0.9 on is from 1 on.',
    covers: ({ where, after }) => where.includes('metrics-of-canary') && after === '"result[0] >= 0.9"',
  },
];

export function reasonOf(mutant: Mutant): Reason | undefined {
  return reasons.find(({ covers }) => covers(mutant));
}
