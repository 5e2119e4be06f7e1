import { extname, join } from 'node:path';
import { paths } from '@observed-rollouts/contract';
import { Child } from '../harness/child.ts';
import { onCoreOf } from '../harness/cores.ts';
import type { TargetAnswer, TargetQuestion } from './target-process.ts';

/** Beside this file: as source in tests, else built. */
const targetProcess = join(import.meta.dirname, `target-process${extname(import.meta.filename)}`);

/** A target in a process of its own, on the core of the load. */
export class Target implements AsyncDisposable {
  readonly #child: Child;
  #questions = 0;
  #port = 0;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts a target that answers every ping after `latencyMs`, milliseconds. Errors: rejects when it can't be started. */
  static async start(latencyMs: number): Promise<Target> {
    const command = onCoreOf('load', [process.execPath, targetProcess]);
    const target = new Target(await Child.start({ name: 'target', command }));
    const answer = await target.#ask({ question: ++target.#questions, listen: { latencyMs } });
    if ('port' in answer) target.#port = answer.port;
    return target;
  }

  /** Base address; anything but the path of pings is answered at once, spans too. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pingUrl(): string {
    return `${this.origin}${paths.ping}`;
  }

  /** When each ping since the last question arrived: milliseconds, ascending. */
  async arrivals(): Promise<readonly number[]> {
    const answer = await this.#ask({ question: ++this.#questions, arrivals: true });
    return 'instants' in answer ? answer.instants : [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child.close(1_000);
  }

  #ask(message: TargetQuestion): Promise<TargetAnswer> {
    const isOurs = (answer: unknown): answer is TargetAnswer =>
      (answer as Partial<TargetAnswer> | null)?.question === message.question;
    return this.#child.ask(message, isOurs);
  }
}
