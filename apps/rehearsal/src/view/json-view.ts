import type { TimedEvent } from '../release/event.ts';
import type { View } from './view.ts';

/** One JSON object per line on standard output; notes go elsewhere, so that the output stays JSON. */
export class JsonView implements View {
  readonly #write: (text: string) => void;
  readonly #writeNote: (text: string) => void;

  constructor(write: (text: string) => void, writeNote: (text: string) => void) {
    this.#write = write;
    this.#writeNote = writeNote;
  }

  note(text: string): void {
    this.#writeNote(`${text}\n`);
  }

  show({ at, ...event }: TimedEvent): void {
    this.#write(`${JSON.stringify({ time: new Date(at).toISOString(), ...event })}\n`);
  }

  close(): void {
    // Every line is already written.
  }
}
