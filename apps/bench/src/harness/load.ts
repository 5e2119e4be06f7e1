import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onCoreOf } from './cores.ts';
import type { LoadOrder, LoadResult } from './load-process.ts';

export type { LoadOrder, LoadResult } from './load-process.ts';

/** autocannon in a process of its own, so that neither the bench nor the subject shares a core with it. */
export class Load implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<Load> {
    const [program, ...args] = onCoreOf('load', [process.execPath, join(import.meta.dirname, 'load-process.js')]);
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'spawn');
    return new Load(child);
  }

  /** One burst. Errors: rejects when requests failed, since a failed request costs the subject something else. */
  async burst(order: LoadOrder): Promise<LoadResult> {
    const answered = once(this.#child, 'message');
    this.#child.send(order);
    const [result] = (await answered) as [LoadResult];
    if (result.failed > 0) {
      throw new Error(`bench: ${result.failed} of ${result.requests} requests to ${order.url} failed, expected none`);
    }
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill();
    await exited;
  }
}
