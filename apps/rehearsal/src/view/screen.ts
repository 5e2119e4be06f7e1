import type { MeasurementPhase } from '../analysis/metric.ts';
import type { MetricBounds, TimedEvent } from '../release/event.ts';
import type { ReplicaSetStatus } from '../controller/replica-counts.ts';
import { describeEvent, formatBound, formatReading, formatSeconds } from './words.ts';

/** Last events that stay on the screen. */
const keptEvents = 6;
const gaugeWidth = 31;

/** What the screen shows of one release. */
export interface ScreenState {
  readonly release: string;
  readonly headline: string;
  readonly releasedAt?: number;
  readonly step?: Extract<TimedEvent, { type: 'step' }>;
  readonly replicas?: { readonly stable: ReplicaSetStatus; readonly canary: ReplicaSetStatus };
  readonly metrics: readonly MetricBounds[];
  readonly readings: Readonly<Record<string, number>>;
  /** What each metric of the background analysis last was, by name; a metric that hasn't been measured is absent. */
  readonly watch?: Readonly<Record<string, { readonly phase: MeasurementPhase; readonly text: string }>>;
  readonly events: readonly string[];
}

export const emptyScreen: ScreenState = { release: '', headline: 'starting', metrics: [], readings: {}, events: [] };

/** Takes an event in. */
export function updateScreen(state: ScreenState, event: TimedEvent): ScreenState {
  const text = describeEvent(event);
  const events =
    text === undefined || isShownElsewhere(event) ? state.events : [...state.events, text].slice(-keptEvents);
  const next = { ...state, events };
  switch (event.type) {
    case 'started':
      return {
        ...emptyScreen,
        release: event.release,
        headline: `deploying the stable version, then: ${event.description}`,
        events,
      };
    case 'release':
      return { ...next, releasedAt: event.at, headline: 'releasing' };
    case 'step':
      return { ...next, step: event };
    case 'replicas':
      return { ...next, replicas: { stable: event.stable, canary: event.canary } };
    case 'analysis':
      return event.kind === 'background' ? { ...next, watch: {} } : { ...next, metrics: event.metrics, readings: {} };
    case 'measurement':
      if (event.kind === 'background') return { ...next, watch: { ...state.watch, [event.metric]: watched(event) } };
      return event.reading === undefined
        ? next
        : { ...next, readings: { ...state.readings, [event.metric]: event.reading } };
    case 'decision':
      return { ...next, headline: `${event.decision}: ${event.message}` };
    case 'pod':
    case 'prometheus':
    case 'traffic':
    case 'analysisEnd':
    case 'diagnosis':
    case 'fault':
    case 'sample':
    case 'exemplars':
    case 'trace':
    case 'ancestor':
    case 'usage':
    case 'verdict':
      return next;
  }
}

/** Events that have a line of their own on the screen. */
function isShownElsewhere(event: TimedEvent): boolean {
  return event.type === 'replicas' || (event.type === 'measurement' && event.kind === 'background');
}

/** The screen as text, at most `columns` wide. */
export function renderScreen(state: ScreenState, now: number, columns: number): string {
  const elapsed = state.releasedAt === undefined ? '' : ` +${formatSeconds(now - state.releasedAt)}`;
  const { step, replicas } = state;
  const lines = [
    `release ${state.release}${elapsed}: ${state.headline}`,
    ...(step
      ? [
          `  step      ${Math.min(step.index + 1, step.steps)}/${step.steps} ${step.description}, weight ${step.weight} %`,
        ]
      : []),
    ...(replicas ? [`  stable    ${pods(replicas.stable)}`, `  canary    ${pods(replicas.canary)}`] : []),
    ...state.metrics.map((metric) => `  ${metric.name.padEnd(14)}${gauge(metric, state.readings[metric.name])}`),
    ...(state.watch ? [`  ${'watch'.padEnd(14)}${describeWatch(state.watch)}`] : []),
    ...state.events.map((text) => `  · ${text}`),
  ];
  return lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)).join('\n');
}

function watched({ phase, reading, message = '' }: Extract<TimedEvent, { type: 'measurement' }>) {
  return { phase, text: reading === undefined ? message : formatReading(reading) };
}

/** `7 of 7 metrics good`, or which ones aren't: seven gauges would leave no room for the gate. */
function describeWatch(watch: NonNullable<ScreenState['watch']>): string {
  const metrics = Object.entries(watch);
  const bad = metrics.filter(([, { phase }]) => phase !== 'Successful');
  const named = bad.map(([name, { phase, text }]) => `${name} ${text} ${phase}`);
  return [`${metrics.length - bad.length} of ${metrics.length} metrics good`, ...named].join(', ');
}

function pods({ desired, created, available }: ReplicaSetStatus): string {
  const boxes = '■'.repeat(available) + '□'.repeat(Math.max(0, created - available));
  return `${boxes.padEnd(7)} ${available} of ${desired} available`;
}

/** The reading between the bounds that decide: `<= -4.6 [·····|··●··] >= 5.29`. */
function gauge({ success, failure }: MetricBounds, reading: number | undefined): string {
  const text = reading === undefined ? '-' : formatReading(reading);
  if (!success || !failure || success.value === failure.value) return text;
  const share = reading === undefined ? undefined : (reading - success.value) / (failure.value - success.value);
  const position = share === undefined ? -1 : Math.round(Math.min(1, Math.max(0, share)) * (gaugeWidth - 1));
  const track = Array.from({ length: gaugeWidth }, (_, index) => (index === position ? '●' : '·')).join('');
  return `${formatBound(success)} [${track}] ${formatBound(failure)}  ${text}`;
}
