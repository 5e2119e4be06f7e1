import type { TimedEvent, Timing } from './event.ts';

/** Takes the time of what every rehearsal reaches, from its events. */
export class TimingRecorder {
  readonly #startedAt: number;
  #timing: Timing = {};

  /** @param startedAt milliseconds since the epoch. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  get timing(): Timing {
    return this.#timing;
  }

  take(event: TimedEvent): void {
    if (event.type === 'pod' && event.phase === 'ready') {
      this.#mark('firstPodReadyMs', event.at);
      if (event.role === 'canary') this.#mark('firstCanaryReadyMs', event.at);
    }
    if (event.type === 'traffic') this.#mark('deployedMs', event.at);
    if (event.type === 'release') this.#mark('releasedMs', event.at);
    if (event.type === 'decision') this.#mark('decidedMs', event.at);
  }

  /** The release and all that it caused is over. */
  end(at: number): void {
    this.#mark('endedMs', at);
  }

  #mark(name: keyof Timing, at: number): void {
    this.#timing = { [name]: at - this.#startedAt, ...this.#timing };
  }
}
