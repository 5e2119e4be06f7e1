import type { ServiceLevel } from '@observed-rollouts/slo';
import type { Bound } from '../analysis/expression/bounds.ts';
import type { AnalysisPhase, MeasurementPhase } from '../analysis/metric.ts';
import type { PodPhase } from '../cluster/pod.ts';
import type { AnalysisKind } from '../controller/state.ts';
import { eventsOf, type Recording } from '../recording/recording.ts';
import type { AlertSample, PodRole, TimedEvent } from '../release/event.ts';

type EventOf<T extends TimedEvent['type']> = Extract<TimedEvent, { type: T }>;

/** Seconds since the release started; before it, or when it never started, see {@link ReleaseFacts.origin}. */
type Seconds = number;

export interface Period {
  readonly from: Seconds;
  readonly to: Seconds;
}

export interface PodFacts {
  readonly name: string;
  readonly role: PodRole;
  /** In order; a pod that has gone has no phase after that. */
  readonly phases: readonly (Period & { readonly phase: Exclude<PodPhase, 'gone'> })[];
  readonly goneAt?: Seconds;
}

export interface StepFacts extends Period {
  readonly index: number;
  readonly steps: number;
  readonly description: string;
  /** Percent. */
  readonly weight: number;
}

export interface FaultFacts extends Period {
  readonly fault: string;
  readonly message: string;
  readonly isUndone: boolean;
}

export interface Reading {
  readonly at: Seconds;
  readonly phase: MeasurementPhase;
  /** Absent after an error. */
  readonly reading?: number;
  readonly message?: string;
}

export interface MetricFacts {
  readonly name: string;
  readonly success?: Bound;
  readonly failure?: Bound;
  readonly readings: readonly Reading[];
}

export interface RunFacts extends Period {
  readonly run: string;
  readonly kind: AnalysisKind;
  /** Absent while it runs. */
  readonly phase?: AnalysisPhase;
  readonly message?: string;
  readonly metrics: readonly MetricFacts[];
}

export type At<T> = T & { readonly second: Seconds };

/** What the events of one release say, by subject. */
export interface ReleaseFacts {
  readonly name: string;
  /** What its answers are judged by. */
  readonly level: ServiceLevel;
  readonly started?: EventOf<'started'>;
  readonly prometheus?: EventOf<'prometheus'>;
  readonly released?: EventOf<'release'>;
  /** What second 0 is: the start of the release; of the rehearsal, when it ended before that. */
  readonly origin: 'release' | 'rehearsal';
  /** Milliseconds since the epoch of second 0. */
  readonly originAt: number;
  /** Second of the first and of the last event. */
  readonly first: Seconds;
  readonly last: Seconds;
  readonly pods: readonly PodFacts[];
  readonly steps: readonly StepFacts[];
  readonly faults: readonly FaultFacts[];
  readonly decisions: readonly At<EventOf<'decision'>>[];
  readonly runs: readonly RunFacts[];
  readonly samples: readonly At<EventOf<'sample'>>[];
  readonly alerts: readonly (Period & AlertSample)[];
  readonly exemplars: readonly At<EventOf<'exemplars'>['exemplars'][number]>[];
  readonly traces: ReadonlyMap<string, EventOf<'trace'>>;
  readonly diagnoses: readonly At<EventOf<'diagnosis'>>[];
  readonly usage?: EventOf<'usage'>;
  /** Absent when the rehearsal was interrupted or failed. */
  readonly verdict?: EventOf<'verdict'>;
}

/** Sorts the events of one release by subject. Edge: any of them may be missing, also `started`. */
export function releaseFacts(recording: Recording, level: ServiceLevel): ReleaseFacts {
  const { release: name, events } = recording;
  const of = <T extends TimedEvent['type']>(type: T) => eventsOf(recording, type);
  const released = of('release')[0];
  const originAt = released?.at ?? events[0]?.at ?? 0;
  const second = (at: number): Seconds => (at - originAt) / 1000;
  const placed = <T extends { readonly at: number }>(items: readonly T[]) =>
    items.map((item) => ({ ...item, second: second(item.at) }));
  const last = second(events.at(-1)?.at ?? originAt);
  const { 0: started } = of('started');
  const { 0: prometheus } = of('prometheus');
  const usage = of('usage').at(-1);
  const verdict = of('verdict').at(-1);
  const exemplars = placed(of('exemplars').flatMap((event) => event.exemplars));
  // What is drawn ends with the release: exemplars and traces are read after that.
  const endedAt = verdict && released ? Math.min(last, verdict.endedAfterMs / 1000) : last;
  const samples = placed(of('sample'));
  const drawnTo = Math.max(endedAt, ...[...exemplars, ...samples].map((point) => point.second));
  return {
    name,
    level,
    ...(started ? { started } : {}),
    ...(prometheus ? { prometheus } : {}),
    ...(released ? { released } : {}),
    origin: released ? 'release' : 'rehearsal',
    originAt,
    first: second(events[0]?.at ?? originAt),
    last: drawnTo,
    pods: podFacts(placed(of('pod')), drawnTo),
    steps: placed(of('step')).map((step, index, steps) => ({
      index: step.index,
      steps: step.steps,
      description: step.description,
      weight: step.weight,
      from: step.second,
      to: steps[index + 1]?.second ?? drawnTo,
    })),
    faults: faultFacts(placed(of('fault')), drawnTo),
    decisions: placed(of('decision')),
    runs: runFacts(recording, second, drawnTo),
    samples,
    alerts: alertFacts(samples, drawnTo),
    exemplars,
    traces: new Map(of('trace').map((trace) => [trace.traceId, trace])),
    diagnoses: placed(of('diagnosis')),
    ...(usage ? { usage } : {}),
    ...(verdict ? { verdict } : {}),
  };
}

function podFacts(changes: readonly At<EventOf<'pod'>>[], last: Seconds): readonly PodFacts[] {
  return [...Map.groupBy(changes, ({ pod }) => pod)].map(([name, own]) => {
    const goneAt = own.find(({ phase }) => phase === 'gone')?.second;
    const phases = own.flatMap(({ phase, second }, index) =>
      phase === 'gone' ? [] : [{ phase, from: second, to: own[index + 1]?.second ?? last }],
    );
    const { role } = own[0] as EventOf<'pod'>;
    return { name, role, phases, ...(goneAt === undefined ? {} : { goneAt }) };
  });
}

function faultFacts(changes: readonly At<EventOf<'fault'>>[], last: Seconds): readonly FaultFacts[] {
  return changes.flatMap(({ fault, phase, message, second }, index) => {
    if (phase === 'undone') return [];
    const end = changes.slice(index).find((later) => later.fault === fault && later.phase === 'undone');
    return [{ fault, message, from: second, to: end?.second ?? last, isUndone: end !== undefined }];
  });
}

function runFacts(recording: Recording, second: (at: number) => Seconds, last: Seconds): readonly RunFacts[] {
  const runs = new Map<string, RunFacts>();
  for (const event of recording.events) {
    if (event.type === 'analysis' && !runs.has(event.run)) {
      const metrics = event.metrics.map((metric) => ({ ...metric, readings: [] }));
      runs.set(event.run, { run: event.run, kind: event.kind, from: second(event.at), to: last, metrics });
    } else if (event.type === 'analysisEnd') {
      const run = runs.get(event.run);
      const { phase, message } = event;
      if (run)
        runs.set(event.run, { ...run, to: second(event.at), phase, ...(message === undefined ? {} : { message }) });
    }
  }
  const measured = Map.groupBy(eventsOf(recording, 'measurement'), ({ run, metric }) => JSON.stringify([run, metric]));
  return [...runs.values()].map((run) => ({
    ...run,
    metrics: run.metrics.map((metric) => ({
      ...metric,
      readings: (measured.get(JSON.stringify([run.run, metric.name])) ?? []).map(({ at, phase, reading, message }) => ({
        at: second(at),
        phase,
        ...(isNumber(reading) ? { reading } : {}),
        ...(message === undefined ? {} : { message }),
      })),
    })),
  }));
}

/** For how long each alert was in each state, as far as the samples tell. */
function alertFacts(samples: readonly At<EventOf<'sample'>>[], last: Seconds): readonly (Period & AlertSample)[] {
  const spans: (AlertSample & { from: Seconds; to: Seconds })[] = [];
  let open = new Map<string, (typeof spans)[number]>();
  for (const { second, alerts } of samples) {
    const still = new Map<string, (typeof spans)[number]>();
    for (const alert of alerts) {
      const key = JSON.stringify([alert.name, alert.state, alert.severity]);
      // A sample stands for the second that follows it.
      const span = open.get(key) ?? { ...alert, from: second, to: second };
      if (!open.has(key) && !still.has(key)) spans.push(span);
      span.to = Math.min(second + 1, last);
      still.set(key, span);
    }
    open = still;
  }
  return spans;
}

/** A value that can be drawn: Prometheus has NaN and infinities too, and JSON has `null` for them. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
