import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onCoreOf, type Side } from './cores.ts';
import type { Usage } from './usage-probe.ts';

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

const usageProbe = join(import.meta.dirname, 'usage-probe.js');
const mostOutput = 20_000;

/** A Node process that is measured, or that makes the load. */
export class Subject implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    this.#exited = once(child, 'exit');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-mostOutput);
      });
    }
  }

  /** Starts the process, which may not be ready yet. Errors: rejects when it can't be started. */
  static async start({ name, nodeArguments, env = {}, side = 'subject' }: SubjectOptions): Promise<Subject> {
    const [program, ...args] = onCoreOf(side, [process.execPath, '--import', usageProbe, ...nodeArguments]);
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const subject = new Subject(name, child);
    await once(child, 'spawn');
    return subject;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** What the process wrote last, both streams. */
  get output(): string {
    return this.#output;
  }

  /** Asks `isReady` every few milliseconds until it says so. Errors: rejects when the process ends first, or after `withinMs`. */
  async ready(isReady: () => Promise<boolean>, { withinMs = 30_000, everyMs = 20 } = {}): Promise<void> {
    const until = performance.now() + withinMs;
    while (!(await isReady())) {
      if (this.#child.exitCode !== null) throw new Error(this.#describe(`ended with ${this.#child.exitCode}`));
      if (performance.now() > until) throw new Error(this.#describe(`wasn't ready within ${withinMs} ms`));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** What the process has taken since its start. Errors: rejects when it has ended. */
  async usage(): Promise<Usage> {
    if (!this.#child.connected) throw new Error(this.#describe('has ended'));
    const answered = once(this.#child, 'message');
    this.#child.send('usage');
    const [usage] = await Promise.race([
      answered,
      this.#exited.then(() => Promise.reject(new Error(this.#describe('has ended')))),
    ]);
    return usage as Usage;
  }

  /** Sends SIGTERM, after `withinMs` SIGKILL, and waits for the end. */
  async close(withinMs = 5_000): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    await this.#exited;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #describe(what: string): string {
    return `bench: ${this.name} ${what}; its last output:\n${this.#output}`;
  }
}
