import type { TimedEvent } from '../release/event.ts';
import type { View } from './view.ts';

/**
 * One JSON object per line on standard output, as `schema/events.schema.json` describes it; notes go elsewhere, so that the output stays JSON.
 *
 * Edge: a number that JSON can't hold (NaN, infinities) is left out; a reading's text still has it.
 */
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
    this.#write(`${JSON.stringify({ time: new Date(at).toISOString(), ...event }, withoutNonFinite)}\n`);
  }

  close(): void {
    // Every line is already written.
  }
}

function withoutNonFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}
