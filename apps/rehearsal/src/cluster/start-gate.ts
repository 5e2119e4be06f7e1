/** Lets only so many processes start at the same time: five at once would all be Ready late, two after two the first ones soon. */
export class StartGate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param width processes that may start at the same time. */
  constructor(width: number) {
    this.#free = width;
  }

  /** Resolves in the order of the calls, with the function that lets the next one in; calling that again does nothing. */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
