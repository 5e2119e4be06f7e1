import type { MeasurementPhase } from '../analysis/metric.ts';
import { type CardPaint, plain, terminalCard } from '../card/terminal-card.ts';
import { verdictCard } from '../card/verdict-card.ts';
import { Recorder } from '../recording/recording.ts';
import type { TimedEvent } from '../release/event.ts';
import type { View } from './view.ts';
import { describeEvent, formatSeconds } from './words.ts';

/** A gate is measured once a second; a reader follows its walk as well at this pace. */
const readingEveryMs = 5_000;

/**
 * One line per event, with the time of day and the time since the release started; the verdict is its card.
 *
 * Edge: of a gate's metric only a reading that changes its phase and one every five seconds get a line. A background metric is measured for as long as
 *       the release takes: only the readings that change its phase get one, and the first successful one doesn't.
 */
export class LineView implements View {
  readonly #write: (text: string) => void;
  readonly #paint: CardPaint;
  readonly #recorder = new Recorder();
  /** Last phase of each metric by run and name, and when it last had a line. */
  readonly #readings = new Map<string, { readonly phase: MeasurementPhase; readonly shownAt: number }>();

  constructor(write: (text: string) => void, paint: CardPaint = plain) {
    this.#write = write;
    this.#paint = paint;
  }

  note(text: string): void {
    this.#write(`${text}\n`);
  }

  show(event: TimedEvent): void {
    this.#recorder.show(event);
    const text = this.#isRepetition(event) ? undefined : describeEvent(event);
    if (text !== undefined) this.#write(`${stamp(event)} ${text}\n`);
    if (event.type !== 'verdict') return;
    const card = verdictCard(this.#recorder.of(event.release));
    this.#write(`${terminalCard(card, this.#paint).join('\n')}\n`);
  }

  close(): void {
    // Every line is already written.
  }

  #isRepetition(event: TimedEvent): boolean {
    if (event.type !== 'measurement') return false;
    const metric = `${event.release} ${event.run} ${event.metric}`;
    const first = event.kind === 'background' ? { phase: 'Successful', shownAt: Infinity } : undefined;
    const previous = this.#readings.get(metric) ?? first;
    const isRepetition = previous?.phase === event.phase && event.at - previous.shownAt < readingEveryMs;
    const shownAt = event.kind === 'background' ? Infinity : isRepetition ? previous.shownAt : event.at;
    this.#readings.set(metric, { phase: event.phase, shownAt });
    return isRepetition;
  }
}

/** `17:03:21.042  +12.3 s` */
function stamp({ at, sinceRelease }: TimedEvent): string {
  const time = new Date(at).toISOString().slice(11, 23);
  return `${time} ${(sinceRelease === undefined ? '' : `+${formatSeconds(sinceRelease)}`).padStart(8)}`;
}
