/** Everything wrong with what the user gave. The program ends with exit code 2 and these lines. */
export class InputError extends Error {
  /** Edge: at least one problem; each is one line that says where, what, and what to do. */
  constructor(problems: readonly [string, ...string[]]) {
    super(problems.join('\n'));
    this.name = 'InputError';
  }
}
