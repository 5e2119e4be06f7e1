/** Everything wrong with what the user gave: files, flags, or the machine. The program ends with exit code 2 and these lines. */
export class InputError extends Error {
  readonly problems: readonly string[];

  /** Edge: at least one problem; each is one line that says where, what, and what to do. */
  constructor(problems: readonly [string, ...string[]]) {
    super(problems.join('\n'));
    this.name = 'InputError';
    this.problems = problems;
  }
}

/** Collects problems and stops once with all of them. */
export class Problems {
  readonly #problems: string[] = [];

  add(problem: string): void {
    this.#problems.push(problem);
  }

  /** Runs `read`; its {@link InputError} is collected and `undefined` returned. Any other error passes. */
  collect<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#problems.push(...error.problems);
      return undefined;
    }
  }

  /** Errors: {@link InputError} when anything was collected. */
  throwIfAny(): void {
    const [first, ...rest] = this.#problems;
    if (first !== undefined) throw new InputError([first, ...rest]);
  }
}
