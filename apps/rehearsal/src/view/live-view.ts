import { createLogUpdate } from 'log-update';
import type { TimedEvent } from '../release/event.ts';
import { emptyScreen, renderScreen, type ScreenState, updateScreen } from './screen.ts';
import type { View } from './view.ts';
import { describeVerdict } from './words.ts';

const refreshMs = 200;
const narrowest = 40;

/** One screen that is redrawn in place; the verdict stays. */
export class LiveView implements View {
  readonly #stream: NodeJS.WriteStream;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  readonly #timer: NodeJS.Timeout;
  #state: ScreenState = emptyScreen;
  #started = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#draw = createLogUpdate(stream);
    this.#timer = setInterval(() => this.#redraw(), refreshMs);
    this.#timer.unref();
  }

  note(text: string): void {
    this.#draw.clear();
    this.#stream.write(`${text}\n`);
  }

  show(event: TimedEvent): void {
    this.#started = true;
    this.#state = updateScreen(this.#state, event);
    this.#redraw();
    if (event.type !== 'verdict') return;
    this.#draw.clear();
    this.#started = false;
    this.#stream.write(`${describeVerdict(event.release, event).join('\n')}\n\n`);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#draw.clear();
    this.#draw.done();
  }

  #redraw(): void {
    if (this.#started)
      this.#draw(renderScreen(this.#state, Date.now(), Math.max(narrowest, this.#stream.columns ?? 80)));
  }
}
