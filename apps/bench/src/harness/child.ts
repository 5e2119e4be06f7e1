import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const mostOutput = 20_000;
/** As much of the output as an error shows. */
const mostLines = 30;
/** Output may still come when the process has ended; a process of its own that it leaves behind may hold it open for long. */
const outputWithinMs = 1_000;
/** A channel closes when its process ends: only when it doesn't end within this is the channel what there is to speak of. */
const endWithinMs = 2 * outputWithinMs;

export interface ChildOptions {
  /** In words, for errors. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

/** A process of the bench with a channel to it: its output is kept for errors, its end is known whatever it was, and is never an unhandled event. */
export class Child {
  readonly name: string;
  /** Resolves with how it ended, such as `ended with 1` or `was ended by SIGKILL`; never rejects. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  /** Why it can't answer any longer; never rejects. */
  readonly #gone: Promise<string>;
  #output = '';
  #hasEnded = false;

  private constructor(name: string, process: ChildProcess) {
    this.name = name;
    this.#process = process;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-mostOutput);
      });
    }
    // A message that can't be delivered is an 'error' too: the end of the process says why.
    process.on('error', () => {});
    const closed = new Promise<void>((resolve) => process.once('close', () => resolve()));
    this.ended = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        this.#hasEnded = true;
        const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
        void within(closed, outputWithinMs).then(() => resolve(how));
      });
    });
    this.#gone = new Promise((resolve) => {
      void this.ended.then(resolve);
      process.once('disconnect', () => {
        void within(this.ended, endWithinMs).then(() => resolve('closed its channel'));
      });
    });
  }

  /** Errors: rejects when the program can't be started. */
  static async start({ name, command, env = process.env }: ChildOptions): Promise<Child> {
    const [program, ...args] = command;
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const spawned = once(child, 'spawn');
    const started = new Child(name, child);
    try {
      await spawned;
    } catch (error) {
      throw new Error(`bench: ${name} can't be started: ${(error as Error).message}`, { cause: error });
    }
    return started;
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What it wrote last, both streams. */
  get output(): string {
    return this.#output;
  }

  /**
   * Sends a message, and waits for the answer that `isAnswer` takes.
   *
   * Errors: rejects when the process ends or closes its channel first.
   */
  async ask<A>(message: object, isAnswer: (answer: unknown) => answer is A): Promise<A> {
    const child = this.#process;
    let listen: (answer: unknown) => void = () => {};
    const answered = new Promise<A>((resolve) => {
      listen = (answer) => {
        if (isAnswer(answer)) resolve(answer);
      };
    });
    const gone = this.#gone.then((how) => Promise.reject(this.error(`${how} before it answered`)));
    child.on('message', listen);
    try {
      if (child.connected) child.send(message);
      return await Promise.race([answered, gone]);
    } finally {
      child.off('message', listen);
    }
  }

  /** Sends SIGTERM, after `withinMs` SIGKILL, and waits for the end. Edge: does nothing when it has ended. */
  async close(withinMs: number): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), withinMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** What went wrong, with what the process wrote last. */
  error(what: string): Error {
    const lines = this.#output.trimEnd().split('\n').slice(-mostLines).join('\n');
    return new Error(
      `bench: ${this.name} ${what}; ${lines === '' ? 'it wrote nothing' : `its last output:\n${lines}`}`,
    );
  }
}

/** Waits for a promise that never rejects, but no longer than that; nothing is kept alive by it. */
async function within(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}
