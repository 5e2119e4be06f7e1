import type { Bound } from '../analysis/expression/bounds.ts';
import type { TimedEvent } from '../release/event.ts';

/** One event in words; `undefined` for one that a reader of lines doesn't need. */
export function describeEvent(event: TimedEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return `release ${event.release}: ${event.description}; expected to be ${event.expect} (seed ${event.seed})`;
    case 'pod':
      return `${event.role} pod ${event.pod} ${event.phase}${event.reason === undefined ? '' : `: ${event.reason}`}`;
    case 'prometheus':
      return `Prometheus ${event.version} ready at ${event.url}${droppedWords(event.dropped)}`;
    case 'traffic':
      return `stable version deployed, pinged and scraped: ${event.targetsUp} targets up`;
    case 'release':
      return `releasing ${event.canaryHash} over ${event.stableHash}`;
    case 'replicas':
      return `replicas: stable ${event.stable.available}/${event.stable.desired}, canary ${event.canary.available}/${event.canary.desired} available`;
    case 'step':
      return `step ${Math.min(event.index + 1, event.steps)}/${event.steps}: ${event.description} (weight ${event.weight} %)`;
    case 'analysis':
      return `${analysisWords[event.kind]} ${event.run}: ${event.metrics.map(({ name }) => name).join(', ')}`;
    case 'measurement':
      return `${event.metric}: ${event.reading === undefined ? (event.message ?? event.value ?? '') : formatReading(event.reading)} ${event.phase}`;
    case 'analysisEnd':
      return describeAnalysisEnd(event);
    case 'decision':
      return `${decisionWords[event.decision]}: ${event.message}`;
    case 'diagnosis':
      return `! ${event.message}`;
    case 'fault':
      return `fault ${event.fault} ${event.phase}: ${event.message}`;
    case 'sample':
    case 'exemplars':
    case 'trace':
    case 'ancestor':
    case 'usage':
    case 'verdict':
      return undefined;
  }
}

/** Argo Rollouts calls a background run that was ended by a promotion or an abort successful: nothing waited for it. */
function describeAnalysisEnd({ run, kind, phase, message }: Extract<TimedEvent, { type: 'analysisEnd' }>): string {
  const found = kind === 'background' && phase === 'Successful' ? 'ended with the release, no limit exceeded' : phase;
  return `${analysisWords[kind]} ${run} ${found}${message === undefined ? '' : `: ${message}`}`;
}

const analysisWords = { step: 'analysis', background: 'background analysis' } as const;
const decisionWords = { abort: 'aborting', promote: 'promoting', pause: 'pausing' } as const;

function droppedWords(dropped: readonly string[]): string {
  return dropped.length === 0 ? '' : `; unknown to this version and left out: ${dropped.join(', ')}`;
}

export function formatBound({ operator, value }: Bound): string {
  return `${operator} ${formatReading(value)}`;
}

export function formatReading(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(2);
}

export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
