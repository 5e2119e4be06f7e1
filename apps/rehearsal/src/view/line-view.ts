import type { TimedEvent } from '../release/event.ts';
import type { View } from './view.ts';
import { describeEvent, describeVerdict, formatSeconds } from './words.ts';

/** One line per event, with the time of day and the time since the release started. */
export class LineView implements View {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  note(text: string): void {
    this.#write(`${text}\n`);
  }

  show(event: TimedEvent): void {
    const text = describeEvent(event);
    if (text !== undefined) this.#write(`${stamp(event)} ${text}\n`);
    if (event.type === 'verdict') for (const line of describeVerdict(event.release, event)) this.#write(`${line}\n`);
  }

  close(): void {
    // Every line is already written.
  }
}

/** `17:03:21.042  +12.3 s` */
function stamp({ at, sinceRelease }: TimedEvent): string {
  const time = new Date(at).toISOString().slice(11, 23);
  return `${time} ${(sinceRelease === undefined ? '' : `+${formatSeconds(sinceRelease)}`).padStart(8)}`;
}
