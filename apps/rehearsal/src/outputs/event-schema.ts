import { z } from 'zod';
import type { TimedEvent } from '../release/event.ts';
import {
  alertSample,
  analysisKind,
  analysisPhase,
  ancestorVerdict,
  exemplar,
  measurementPhase,
  metricBounds,
  replicaSetStatus,
  span,
  timing,
  usage,
  verdict,
  versionSample,
} from './event-parts.ts';

/** What every line has. */
const line = {
  time: z.iso.datetime().describe('When it happened'),
  release: z.string().describe('Name of the release file'),
  sinceRelease: z.exactOptional(z.number().min(0)).describe('Milliseconds since the release started; absent before'),
};

function event<T extends string, S extends z.core.$ZodLooseShape>(type: T, description: string, shape: S) {
  return z.strictObject({ ...line, type: z.literal(type), ...shape }).describe(description);
}

const text = z.string();
const optionalText = z.exactOptional(text);

/** One line of `--json`. Numbers that JSON can't hold (NaN, infinities) are left out. */
export const eventSchema = z.discriminatedUnion('type', [
  event('started', 'The rehearsal of a release began', {
    description: text,
    expect: text,
    seed: z.number(),
    file: optionalText.describe("The service file, when it isn't a release of ping-service"),
  }),
  event('pod', 'A pod changed its phase, or its process was started again', {
    pod: text,
    role: z.enum(['stable', 'canary', 'pinger']),
    hash: optionalText,
    phase: z.enum(['starting', 'ready', 'unready', 'terminating', 'gone']),
    restarts: z.exactOptional(z.number()),
    reason: optionalText,
  }),
  event('prometheus', 'Prometheus answers queries', {
    url: text,
    version: text,
    dropped: z.array(text).describe('Configuration keys that this version does not know and that were left out'),
  }),
  event('traffic', 'The stable version is deployed, pinged and scraped', { targetsUp: z.number() }),
  event('release', 'The release started', { stableHash: text, canaryHash: text }),
  event('replicas', 'The pods of a version changed', { stable: replicaSetStatus, canary: replicaSetStatus }),
  event('step', 'The controller reached a step', {
    index: z.number().describe('From 0; the number of steps stands for their end'),
    steps: z.number(),
    description: text,
    weight: z.number().describe('Percent'),
  }),
  event('analysis', 'An analysis run started', { run: text, kind: analysisKind, metrics: z.array(metricBounds) }),
  event('measurement', 'A metric was measured', {
    run: text,
    kind: analysisKind,
    metric: text,
    phase: measurementPhase,
    value: optionalText.describe('As Argo Rollouts records it'),
    reading: z.exactOptional(z.number()),
    message: optionalText,
  }),
  event('analysisEnd', 'An analysis run ended', {
    run: text,
    kind: analysisKind,
    phase: analysisPhase,
    message: optionalText,
  }),
  event('decision', 'The controller decided', { decision: z.enum(['abort', 'promote', 'pause']), message: text }),
  event('sample', 'Once a second from the start of the release to its end; none while Prometheus does not answer', {
    stable: versionSample,
    canary: z.exactOptional(versionSample).describe('Absent until Prometheus has its first answer'),
    pods: z.record(text, z.number()).describe('Answers since the release started, by pod'),
    alerts: z.array(alertSample).describe('Pending and firing ones, each name once'),
  }),
  event('fault', 'A fault of the release file was injected or undone', {
    fault: text,
    phase: z.enum(['injected', 'undone']),
    message: text,
  }),
  event('exemplars', 'At the end: pings that Prometheus kept', { exemplars: z.array(exemplar) }),
  event('trace', 'At the end: the trace of one of the exemplars', {
    traceId: text,
    spans: z.array(span),
    link: optionalText.describe('Where a Tempo has it'),
  }),
  event('ancestor', "At the end: what the ancestor demo's rule makes of the same recording", ancestorVerdict),
  event('usage', 'At the end: where the time went, and what the rehearsal took', { timing, usage }),
  event('diagnosis', 'Why less is seen than should be; says nothing about the release', { message: text }),
  event('verdict', 'The last event of a release', verdict),
]);

/** Compiles only while the schema and the events that are emitted are the same, optional fields included. */
export type CheckedSchema = [
  Assignable<Whole<z.infer<typeof eventSchema>>, Whole<JsonLine<TimedEvent>>>,
  Assignable<Whole<JsonLine<TimedEvent>>, Whole<z.infer<typeof eventSchema>>>,
];
type JsonLine<E> = E extends TimedEvent ? Omit<E, 'at'> & { readonly time: string } : never;
type Assignable<A extends B, B> = A;
/** Every field required: an optional one that only one side has would be no difference. */
type Whole<T> = T extends readonly (infer E)[]
  ? readonly Whole<E>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Whole<T[K]> }
    : T;

/** The schema as JSON Schema, which stands in `schema/events.schema.json`. */
export function eventJsonSchema(): object {
  return {
    title: 'One line of `rehearse --json`',
    ...z.toJSONSchema(eventSchema, { target: 'draft-2020-12' }),
  };
}
