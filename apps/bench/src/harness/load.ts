import { extname, join } from 'node:path';
import { Child } from './child.ts';
import { coresAreSeparate, onCoreOf } from './cores.ts';
import type { LoadOrder, LoadResult, NumberedAnswer, NumberedOrder } from './load-process.ts';

export type { LoadOrder, LoadResult } from './load-process.ts';

/** Beside this file: as source in tests, else built. */
const loadProcess = join(import.meta.dirname, `load-process${extname(import.meta.filename)}`);
/** The load has nothing to finish. */
const closeWithinMs = 1_000;

/** autocannon in a process of its own, so that neither the bench nor the subject shares a core with it. */
export class Load implements AsyncDisposable {
  readonly #child: Child;
  #bursts = 0;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Errors: rejects when the process can't be started. */
  static async start(): Promise<Load> {
    const command = onCoreOf('load', [process.execPath, loadProcess]);
    return new Load(await Child.start({ name: 'load', command }));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /**
   * One burst.
   *
   * Errors: rejects when requests failed, since a failed request costs the subject something else; when none was answered; and when the order is wrong or
   * the load's process ends.
   */
  async burst(order: LoadOrder): Promise<LoadResult> {
    const message: NumberedOrder = { burst: ++this.#bursts, order, hasOwnCore: coresAreSeparate };
    const isOurs = (answer: unknown): answer is NumberedAnswer =>
      (answer as Partial<NumberedAnswer> | null)?.burst === message.burst;
    const answer = await this.#child.ask(message, isOurs);
    if ('error' in answer) throw new Error(`bench: no load can be made on ${order.url}: ${answer.error}`);
    const { requests, failed } = answer.result;
    if (failed > 0) {
      throw new Error(
        `bench: ${failed} requests to ${order.url} failed beside ${requests} answers, expected none to fail`,
      );
    }
    if (requests === 0) {
      throw new Error(`bench: got no answer from ${order.url} within ${order.seconds} s, expected at least one`);
    }
    return answer.result;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child.close(closeWithinMs);
  }
}
