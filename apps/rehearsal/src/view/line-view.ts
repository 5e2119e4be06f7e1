import type { MeasurementPhase } from '../analysis/metric.ts';
import type { TimedEvent } from '../release/event.ts';
import type { View } from './view.ts';
import { describeEvent, describeVerdict, formatSeconds } from './words.ts';

/**
 * One line per event, with the time of day and the time since the release started.
 *
 * Edge: a background metric is measured for as long as the release takes: only the readings that change its phase get a line, and the first
 *       successful one doesn't.
 */
export class LineView implements View {
  readonly #write: (text: string) => void;
  /** Last phase of each background metric by run and name. */
  readonly #phases = new Map<string, MeasurementPhase>();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  note(text: string): void {
    this.#write(`${text}\n`);
  }

  show(event: TimedEvent): void {
    const text = this.#isRepetition(event) ? undefined : describeEvent(event);
    if (text !== undefined) this.#write(`${stamp(event)} ${text}\n`);
    if (event.type === 'verdict') for (const line of describeVerdict(event.release, event)) this.#write(`${line}\n`);
  }

  close(): void {
    // Every line is already written.
  }

  #isRepetition(event: TimedEvent): boolean {
    if (event.type !== 'measurement' || event.kind !== 'background') return false;
    const metric = `${event.release} ${event.run} ${event.metric}`;
    const previous = this.#phases.get(metric) ?? 'Successful';
    this.#phases.set(metric, event.phase);
    return previous === event.phase;
  }
}

/** `17:03:21.042  +12.3 s` */
function stamp({ at, sinceRelease }: TimedEvent): string {
  const time = new Date(at).toISOString().slice(11, 23);
  return `${time} ${(sinceRelease === undefined ? '' : `+${formatSeconds(sinceRelease)}`).padStart(8)}`;
}
