import { extname, join } from 'node:path';
import { Child } from './child.ts';
import { onCoreOf, type Side } from './cores.ts';
import type { Usage, UsageAnswer, UsageQuestion } from './usage-probe.ts';

export interface SubjectOptions {
  /** In words, for errors. */
  readonly name: string;
  /** Arguments of Node: its options, the program, the program's arguments. */
  readonly nodeArguments: readonly string[];
  /** Beside what the bench's own environment has; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default 'subject' */
  readonly side?: Side;
}

export interface ReadyOptions {
  /** @default 30,000 */
  readonly withinMs?: number;
  /** @default 20 */
  readonly everyMs?: number;
}

/** Beside this file: as source in tests, else built. */
const usageProbe = join(import.meta.dirname, `usage-probe${extname(import.meta.filename)}`);

/** A Node process that is measured, or that makes the load. */
export class Subject implements AsyncDisposable {
  readonly #child: Child;
  #questions = 0;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts the process, which may not be ready yet. Errors: rejects when it can't be started. */
  static async start({ name, nodeArguments, env = {}, side = 'subject' }: SubjectOptions): Promise<Subject> {
    const command = onCoreOf(side, [process.execPath, '--import', usageProbe, ...nodeArguments]);
    return new Subject(await Child.start({ name, command, env: { ...process.env, ...env } }));
  }

  get name(): string {
    return this.#child.name;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What the process wrote last, both streams. */
  get output(): string {
    return this.#child.output;
  }

  /**
   * Asks `isReady` every few milliseconds until it says so; a question that rejects (nobody listens yet) says no.
   *
   * Errors: rejects when the process ends first, or after `withinMs`, with the last output and, as cause, what the last question rejected with.
   */
  async ready(isReady: () => Promise<boolean>, options: ReadyOptions = {}): Promise<void> {
    const { withinMs = 30_000, everyMs = 20 } = options;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), withinMs);
    const late = new Promise<'late'>((resolve) => limit.signal.addEventListener('abort', () => resolve('late')));
    let cause: unknown;
    const ask = async (): Promise<'ready' | 'not yet'> => {
      try {
        return (await isReady()) ? 'ready' : 'not yet';
      } catch (error) {
        cause = error;
        return 'not yet';
      }
    };
    const ended = this.#child.ended.then((how) => ({ how }));
    try {
      for (;;) {
        const answer = await Promise.race([ask(), ended, late]);
        if (answer === 'ready') return;
        if (typeof answer === 'object') throw this.#child.error(`${answer.how} before it was ready`);
        if (answer === 'late') throw withCause(this.#child.error(`wasn't ready within ${withinMs} ms`), cause);
        await Promise.race([new Promise((resolve) => setTimeout(resolve, everyMs)), ended, late]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the process has taken since its start. Errors: rejects when it has ended, with its last output. */
  async usage(): Promise<Usage> {
    const question: UsageQuestion = { usageQuestion: ++this.#questions };
    const isOurs = (answer: unknown): answer is UsageAnswer =>
      (answer as Partial<UsageAnswer> | null)?.usageQuestion === question.usageQuestion;
    const { cpuSeconds, rssBytes } = await this.#child.ask(question, isOurs);
    return { cpuSeconds, rssBytes };
  }

  /** Sends SIGTERM, after `withinMs` SIGKILL, and waits for the end. Edge: does nothing when it has ended. */
  close(withinMs = 5_000): Promise<void> {
    return this.#child.close(withinMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function withCause(error: Error, cause: unknown): Error {
  if (cause !== undefined) error.cause = cause;
  return error;
}
