import type { FaultKind } from '@observed-rollouts/contract';
import type { AnalysisPhase, MeasurementPhase } from '../analysis/metric.ts';
import type { PodPhase } from '../cluster/pod.ts';
import type { AlertSample, MetricBounds, PodRole, TimedEvent, VersionSample } from '../release/event.ts';
import { describeEvent, formatReading } from './words.ts';

/** More events than any screen has rows. */
const keptEvents = 60;
/** Seconds of samples: more than any sparkline has cells. */
const keptSamples = 240;

type EventOf<T extends TimedEvent['type']> = Extract<TimedEvent, { type: T }>;

export interface ShownPod {
  readonly name: string;
  readonly role: PodRole;
  readonly phase: PodPhase;
  /** How often its process was started again after it had ended by itself. */
  readonly restarts: number;
}

/** A metric that a step waits for, and its way so far. */
export interface Gate extends MetricBounds {
  readonly readings: readonly number[];
  /** Of the last measurement; absent before the first. */
  readonly phase?: MeasurementPhase;
}

export interface Analysis<Metrics> {
  readonly run: string;
  readonly metrics: Metrics;
  /** Absent while it runs. */
  readonly end?: AnalysisPhase;
}

/** What a metric of the background analysis last was. */
export interface WatchedMetric {
  readonly phase: MeasurementPhase;
  readonly text: string;
}

export interface ShownSample {
  readonly at: number;
  readonly stable: VersionSample;
  readonly canary?: VersionSample;
}

/** What the screen shows of one release. */
export interface ReleaseState {
  readonly release: string;
  readonly description: string;
  readonly expect: string;
  /** Milliseconds since the epoch: when its rehearsal started, its release started, and it ended. */
  readonly startedAt?: number;
  readonly releasedAt?: number;
  readonly endedAt?: number;
  readonly step?: EventOf<'step'>;
  readonly decision?: EventOf<'decision'>;
  readonly verdict?: EventOf<'verdict'>;
  readonly hashes?: { readonly stable: string; readonly canary: string };
  /** Those that aren't gone, in the order in which they came. */
  readonly pods: readonly ShownPod[];
  readonly prometheusReady: boolean;
  readonly gate?: Analysis<readonly Gate[]>;
  /** By name; a metric that hasn't been measured is absent. */
  readonly watch?: Analysis<Readonly<Record<string, WatchedMetric>>> & { readonly size: number };
  readonly samples: readonly ShownSample[];
  readonly alerts: readonly AlertSample[];
  /** Faults that last. */
  readonly faults: readonly string[];
  /** Oldest first; `at` in milliseconds since the epoch. */
  readonly events: readonly { readonly at: number; readonly text: string }[];
}

export function queuedRelease(release: string): ReleaseState {
  return {
    release,
    description: '',
    expect: '',
    pods: [],
    prometheusReady: false,
    samples: [],
    alerts: [],
    faults: [],
    events: [],
  };
}

/** Takes an event of the release in. */
export function updateRelease(state: ReleaseState, event: TimedEvent): ReleaseState {
  return withEvents(applyEvent(state, event), event, state);
}

function applyEvent(state: ReleaseState, event: TimedEvent): ReleaseState {
  switch (event.type) {
    case 'started':
      return {
        ...queuedRelease(event.release),
        description: event.description,
        expect: event.expect,
        startedAt: event.at,
      };
    case 'pod':
      return { ...state, pods: updatePods(state.pods, event) };
    case 'prometheus':
      return { ...state, prometheusReady: true };
    case 'release':
      return { ...state, releasedAt: event.at, hashes: { stable: event.stableHash, canary: event.canaryHash } };
    case 'step':
      return { ...state, step: event };
    case 'analysis':
      return event.kind === 'background'
        ? { ...state, watch: { run: event.run, metrics: {}, size: event.metrics.length } }
        : { ...state, gate: { run: event.run, metrics: event.metrics.map((metric) => ({ ...metric, readings: [] })) } };
    case 'measurement':
      return measured(state, event);
    case 'analysisEnd':
      return analysisEnded(state, event);
    case 'decision':
      return { ...state, decision: event };
    case 'sample':
      return { ...state, samples: [...state.samples, sampleOf(event)].slice(-keptSamples), alerts: event.alerts };
    case 'fault':
      return { ...state, faults: updateFaults(state.faults, event) };
    case 'verdict':
      return { ...state, verdict: event, endedAt: event.at };
    case 'traffic':
    case 'replicas':
    case 'diagnosis':
    case 'exemplars':
    case 'trace':
    case 'ancestor':
    case 'usage':
      return state;
  }
}

/** A pod that is gone leaves; one that is new comes last. */
function updatePods(
  pods: readonly ShownPod[],
  { pod, role, phase, restarts = 0 }: EventOf<'pod'>,
): readonly ShownPod[] {
  if (phase === 'gone') return pods.filter(({ name }) => name !== pod);
  const shown = { name: pod, role, phase, restarts };
  return pods.some(({ name }) => name === pod)
    ? pods.map((known) => (known.name === pod ? shown : known))
    : [...pods, shown];
}

function measured(state: ReleaseState, event: EventOf<'measurement'>): ReleaseState {
  const { gate, watch } = state;
  const { metric, phase, reading, message = '' } = event;
  if (event.kind === 'background') {
    if (!watch) return state;
    const text = reading === undefined ? message : formatReading(reading);
    return { ...state, watch: { ...watch, metrics: { ...watch.metrics, [metric]: { phase, text } } } };
  }
  if (!gate) return state;
  const metrics = gate.metrics.map((known) =>
    known.name === metric
      ? { ...known, phase, readings: reading === undefined ? known.readings : [...known.readings, reading] }
      : known,
  );
  return { ...state, gate: { ...gate, metrics } };
}

function analysisEnded(state: ReleaseState, { run, phase }: EventOf<'analysisEnd'>): ReleaseState {
  const { gate, watch } = state;
  if (gate?.run === run) return { ...state, gate: { ...gate, end: phase } };
  return watch?.run === run ? { ...state, watch: { ...watch, end: phase } } : state;
}

function sampleOf({ at, stable, canary }: EventOf<'sample'>): ShownSample {
  return { at, stable, ...(canary ? { canary } : {}) };
}

/** A pod that was killed comes back by itself: nothing lasts that could be undone. */
const momentary: FaultKind = 'kill-pod';

function updateFaults(faults: readonly string[], { fault, phase }: EventOf<'fault'>): readonly string[] {
  if (fault.startsWith(momentary)) return faults;
  const others = faults.filter((known) => known !== fault);
  return phase === 'injected' ? [...others, fault] : others;
}

/** What a reader may want to look back at: pods, replicas and readings have places of their own, except a pod that ended by itself and a reading that turned bad. */
function withEvents(next: ReleaseState, event: TimedEvent, previous: ReleaseState): ReleaseState {
  const texts = event.type === 'sample' ? describeAlerts(event.alerts, previous.alerts) : [textOf(event, previous)];
  const added = texts.filter((text) => text !== undefined).map((text) => ({ at: event.at, text }));
  return added.length === 0 ? next : { ...next, events: [...next.events, ...added].slice(-keptEvents) };
}

function textOf(event: TimedEvent, previous: ReleaseState): string | undefined {
  if (event.type === 'pod' && event.reason !== undefined) return describeEvent(event);
  if (event.type === 'pod' || event.type === 'replicas' || event.type === 'started') return undefined;
  if (event.type === 'measurement' && !turnedBad(event, previous)) return undefined;
  return describeEvent(event);
}

function turnedBad({ kind, metric, phase }: EventOf<'measurement'>, { gate, watch }: ReleaseState): boolean {
  if (phase !== 'Failed' && phase !== 'Error') return false;
  const before =
    kind === 'background' ? watch?.metrics[metric]?.phase : gate?.metrics.find(({ name }) => name === metric)?.phase;
  return before !== phase;
}

function describeAlerts(alerts: readonly AlertSample[], previous: readonly AlertSample[]): readonly string[] {
  const isIn = (others: readonly AlertSample[], { name, state }: AlertSample) =>
    others.some((other) => other.name === name && other.state === state);
  const isNamed = (others: readonly AlertSample[], name: string) => others.some((other) => other.name === name);
  return [
    ...alerts.filter((alert) => !isIn(previous, alert)).map(({ name, state }) => `alert ${name} ${state}`),
    ...previous.filter(({ name }) => !isNamed(alerts, name)).map(({ name }) => `alert ${name} over`),
  ];
}
