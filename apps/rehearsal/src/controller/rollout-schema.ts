import { z } from 'zod';
import { tryParseGoDuration } from '../input/go-duration.ts';

const fieldRef = z.strictObject({ fieldPath: z.string() });
const valueFrom = z.strictObject({
  podTemplateHashValue: z.enum(['Stable', 'Latest']).optional(),
  fieldRef: fieldRef.optional(),
});
const argument = z.strictObject({ name: z.string(), value: z.string().optional(), valueFrom: valueFrom.optional() });

const analysis = z.strictObject({
  templates: z.array(z.strictObject({ templateName: z.string() })).min(1, 'at least one template'),
  args: z.array(argument).optional(),
});

/** Seconds as a number, or a Go duration; reads to milliseconds. */
const pauseDuration = z.union([z.number(), z.string()], 'seconds or a Go duration').transform((value, context) => {
  const milliseconds =
    typeof value === 'number' ? value * 1000 : /^\d+$/.test(value) ? Number(value) * 1000 : tryParseGoDuration(value);
  if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
  context.addIssue({ code: 'custom', message: 'seconds or a Go duration, e.g. 30s', input: value });
  return z.NEVER;
});

const kinds = 'exactly one of setWeight, pause, analysis';
const step = z
  .strictObject({
    setWeight: z.number().int().min(0, 'a weight from 0 to 100').max(100, 'a weight from 0 to 100').optional(),
    pause: z.strictObject({ duration: pauseDuration.optional() }).optional(),
    analysis: analysis.optional(),
  })
  .refine((value) => Object.values(value).filter((kind) => kind !== undefined).length === 1, kinds);

const intOrPercent = z.union(
  [z.number().int().min(0), z.string().regex(/^\d+%?$/)],
  'a number of pods or a percentage, e.g. 1 or "25%"',
);

const seconds = z.number().int().min(0, 'a number of seconds of at least 0');

const canary = z.strictObject({
  steps: z.array(step).optional(),
  maxSurge: intOrPercent.optional(),
  maxUnavailable: intOrPercent.optional(),
  analysis: analysis.extend({ startingStep: z.number().int().min(0, 'a step index').optional() }).optional(),
  // Services that select one version each: the ordinary Service, which is what the pinger meets, doesn't change with them.
  canaryService: z.string().optional(),
  stableService: z.string().optional(),
});

/** The pod template as far as it makes a process; the rest of it is the cluster's (see the package's README for the list). */
const template = z.looseObject({
  metadata: z.looseObject({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string() })).min(1, 'at least one container'),
    terminationGracePeriodSeconds: seconds.optional(),
    serviceAccountName: z.string().optional(),
  }),
});

/** `spec` of a Rollout. Strict: what the rehearsal doesn't emulate is an error, never ignored. */
export const rolloutSpecSchema = z.strictObject({
  replicas: z.number().int().min(1, 'at least 1'),
  selector: z.looseObject({}),
  template,
  strategy: z.strictObject({ canary }),
  minReadySeconds: seconds.optional(),
  progressDeadlineSeconds: seconds.optional(),
  progressDeadlineAbort: z.boolean().optional(),
  // History limits keep objects in a cluster; a rehearsal has none to keep.
  revisionHistoryLimit: z.number().int().optional(),
  analysis: z
    .strictObject({
      successfulRunHistoryLimit: z.number().int().optional(),
      unsuccessfulRunHistoryLimit: z.number().int().optional(),
    })
    .optional(),
});

export type RolloutSpec = z.infer<typeof rolloutSpecSchema>;
export type CanaryStep = z.infer<typeof step>;
export type AnalysisReference = z.infer<typeof analysis>;
export type AnalysisArgument = z.infer<typeof argument>;
export type PodTemplate = z.infer<typeof template>;
