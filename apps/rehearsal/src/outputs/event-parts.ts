import { z } from 'zod';
import { outcomes } from '../controller/outcome.ts';

const count = z.number().int().min(0);
const milliseconds = z.number().min(0);
const optional = <T extends z.ZodType>(type: T) => z.exactOptional(type);

export const analysisKind = z.enum(['step', 'background']);
export const measurementPhase = z.enum(['Successful', 'Inconclusive', 'Error', 'Failed']);
export const analysisPhase = z.enum(['Pending', 'Running', 'Successful', 'Inconclusive', 'Error', 'Failed']);

const bound = z.strictObject({ operator: z.enum(['==', '!=', '<', '<=', '>', '>=']), value: z.number() });

export const metricBounds = z
  .strictObject({ name: z.string(), success: optional(bound), failure: optional(bound) })
  .describe('A metric, and the numbers that its conditions compare with where they are of that form');

export const replicaSetStatus = z
  .strictObject({ desired: count, created: count, available: count })
  .describe('Pods that were asked for, that exist and are not terminating, that have been Ready long enough');

const seconds = z.number().min(0);
export const versionSample = z
  .strictObject({
    answers: count.describe('Since the release started, those of pods that have gone included'),
    failed: count.describe('Of them, those that failed by the objective of availability'),
    slow: count.describe('Of them, those that took longer than the objective of latency allows'),
    p50: optional(seconds).describe('Seconds, over the last 10 s; absent while that has no answers'),
    p90: optional(seconds),
  })
  .describe('What users got from one version, as Prometheus has it');

export const alertSample = z.strictObject({
  name: z.string(),
  state: z.enum(['pending', 'firing']),
  severity: z.string(),
});

export const exemplar = z
  .strictObject({
    version: z.enum(['stable', 'canary']),
    pod: z.string(),
    at: z.number().describe('Milliseconds since the epoch'),
    seconds,
    status: z.string(),
    failed: z.boolean().describe('By the objective of availability'),
    slow: z.boolean().describe('By the objective of latency'),
    traceId: z.string(),
  })
  .describe('One ping that carries a trace');

const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export const span = z
  .strictObject({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: optional(z.string()).describe('Absent for the first span of a trace'),
    name: z.string(),
    service: z.string(),
    kind: z.enum(['internal', 'server', 'client', 'producer', 'consumer', 'unspecified']),
    startedAt: z.number().describe('Milliseconds since the epoch, with fractions'),
    endedAt: z.number(),
    isError: z.boolean(),
    attributes,
    resource: attributes,
  })
  .describe('A finished span as a workload exported it');

export const ancestorVerdict = {
  outcome: z.enum(['aborted', 'promoted', 'undecided']),
  afterMs: milliseconds.describe('The look that aborted, the end of its steps, or the last look'),
  metric: optional(z.enum(['success', 'p90'])).describe('Which of its metrics aborted'),
  readings: z.array(
    z.strictObject({
      sinceRelease: milliseconds,
      success: optional(z.number()).describe('0 to 1; absent without answers'),
      p90: optional(seconds),
    }),
  ),
};

export const timing = z
  .strictObject({
    firstPodReadyMs: optional(milliseconds),
    deployedMs: optional(milliseconds),
    releasedMs: optional(milliseconds),
    firstCanaryReadyMs: optional(milliseconds),
    decidedMs: optional(milliseconds),
    endedMs: optional(milliseconds),
  })
  .describe('Milliseconds since the start of the rehearsal; absent for what was never reached');

export const usage = z.strictObject({
  harnessCpuSeconds: seconds.describe('CPU of the rehearsal itself'),
  workloadCpuSeconds: seconds.describe('CPU of all that it started'),
  peakMemoryBytes: z.number().min(0),
});

export const verdict = {
  expected: z.string(),
  outcome: z.enum(outcomes),
  asExpected: z.boolean(),
  message: z.string().describe("Why, in the controller's words"),
  decidedBy: optional(
    z.strictObject({
      run: z.string(),
      metric: z.string(),
      phase: analysisPhase,
      value: optional(z.string()).describe('As Argo Rollouts records it; absent when it was an error'),
      condition: optional(z.string()),
      bound: optional(bound),
      measurements: count,
      message: optional(z.string()),
    }),
  ).describe('Absent when no analysis decided'),
  decidedAfterMs: milliseconds,
  endedAfterMs: milliseconds,
  evidenceMs: optional(milliseconds).describe('From the first Ready canary pod to the decision'),
  pings: z
    .strictObject({ ended: count, ok: count, failedAnswers: count, transportFailures: count, dropped: count })
    .describe('Since the release started, as the pinger counted them'),
  seed: count,
};
