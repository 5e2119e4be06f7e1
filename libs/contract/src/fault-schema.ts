import { z } from 'zod';
import { type Fault, faultKinds, type FaultMoment } from './fault.ts';
import { tryParseDuration } from './units.ts';

const fields = 'kind, of, delay, when, after, for';
const momentExamples = 'release, canary-ready, decision or a step, e.g. step 2';

const kinds = `expected one of ${faultKinds.join(', ')}`;
const versions = 'expected canary or stable';
const duration = (example: string) => `expected a duration, e.g. ${example}`;

const durationSchema = (example: string) =>
  z.string(duration(example)).transform((text, context) => {
    const milliseconds = tryParseDuration(text);
    if (milliseconds !== undefined) return milliseconds;
    context.addIssue({ code: 'custom', input: text, message: duration(example) });
    return z.NEVER;
  });

const momentSchema = z.string(`expected ${momentExamples}`).transform((text, context): FaultMoment => {
  if (text === 'release' || text === 'canary-ready' || text === 'decision') return text;
  const step = /^step ([1-9]\d*)$/.exec(text)?.[1];
  if (step !== undefined) return { step: Number(step) };
  context.addIssue({ code: 'custom', input: text, message: `expected ${momentExamples}` });
  return z.NEVER;
});

/** One entry of `faults` in a release file. */
export const faultSchema: z.ZodType<Fault> = z
  .strictObject(
    {
      kind: z.enum(faultKinds, kinds),
      of: z.enum(['canary', 'stable'], versions).optional(),
      delay: durationSchema('300ms').optional(),
      when: momentSchema,
      after: durationSchema('5s').default(0),
      for: durationSchema('20s').optional(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown field ${(issue.keys as string[]).join(', ')}, expected ${fields}`
          : `expected a mapping with ${fields}`,
    },
  )
  .transform(({ kind, of, delay, when, after, for: forMs }, context): Fault => {
    const refuse = (path: string, input: unknown, message: string) => {
      context.addIssue({ code: 'custom', path: [path], input, message });
      return z.NEVER;
    };
    if (kind !== 'kill-pod' && of !== undefined) refuse('of', of, 'expected nothing: only kill-pod is about a version');
    if (kind !== 'slow-network' && delay !== undefined)
      refuse('delay', delay, 'expected nothing: only slow-network has a delay');
    const timing = { when, afterMs: after };
    if (kind === 'kill-pod') {
      if (forMs !== undefined) refuse('for', forMs, 'expected nothing: a pod that was killed is started again');
      return of === undefined ? refuse('of', of, versions) : { kind, of, ...timing };
    }
    const lasting = { ...timing, ...(forMs === undefined ? {} : { forMs }) };
    if (kind !== 'slow-network') return { kind, ...lasting };
    return delay === undefined ? refuse('delay', delay, duration('300ms')) : { kind, delayMs: delay, ...lasting };
  });
