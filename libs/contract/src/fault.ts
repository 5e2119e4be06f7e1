import { z } from 'zod';
import { tryParseDuration } from './units.ts';

/** What can go wrong around a release, whichever version it is about. */
export const faultKinds = [
  'kill-pod',
  'stop-prometheus',
  'stop-trace-receiver',
  'slow-network',
  'restart-controller',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * What a fault waits for: the start of the release, its first Ready pod, its decision, or the start of one of its steps.
 *
 * Units: steps count from 1, as everything that is shown about them does.
 */
export type FaultMoment = 'release' | 'canary-ready' | 'decision' | { readonly step: number };

interface Timing {
  readonly when: FaultMoment;
  /** Milliseconds from that moment on. */
  readonly afterMs: number;
}

/** How long it lasts; absent: until the release has ended. */
interface Lasting extends Timing {
  readonly forMs?: number;
}

/** One fault of a release. */
export type Fault =
  /** One Ready pod of a version is ended by SIGKILL; like a kubelet, the rehearsal starts its process again. */
  | (Timing & { readonly kind: 'kill-pod'; readonly of: 'canary' | 'stable' })
  /** Prometheus is ended by SIGKILL; when the fault is over, it is started again on the same data. */
  | (Lasting & { readonly kind: 'stop-prometheus' })
  /** Nobody takes the pods' spans any longer. */
  | (Lasting & { readonly kind: 'stop-trace-receiver' })
  /** Every round trip between the pinger and the pods takes that much longer. */
  | (Lasting & { readonly kind: 'slow-network'; readonly delayMs: number })
  /** The controller ends and forgets all but its written state; it is away for `forMs`, or comes back at once. */
  | (Lasting & { readonly kind: 'restart-controller' });

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
export const faultSchema = z
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

/** `kill-pod of canary`, `slow-network by 300 ms`: the fault in words, without its time. */
export function describeFault(fault: Fault): string {
  if (fault.kind === 'kill-pod') return `${fault.kind} of ${fault.of}`;
  return fault.kind === 'slow-network' ? `${fault.kind} by ${fault.delayMs} ms` : fault.kind;
}
