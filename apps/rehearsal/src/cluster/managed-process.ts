import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Reaper } from './reaper-client.ts';

export interface ProcessSpec {
  /** What it is called in messages: a pod's name, `prometheus`. */
  readonly name: string;
  readonly command: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Lines of output that are kept for an error message. */
const keptLines = 20;

/** A process that the rehearsal started, in a process group of its own so that a terminal's ctrl-C reaches only the rehearsal. */
export class ManagedProcess {
  readonly name: string;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  #lines: string[] = [];
  #running = true;

  /** Starts it. A command that can't be started ends at once, with the reason as its last line. */
  constructor({ name, command, env, cwd }: ProcessSpec, reaper: Reaper) {
    this.name = name;
    const [file = '', ...args] = command;
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) this.#keepLines(stream);
    this.exited = this.#waitForExit();
    if (child.pid !== undefined) {
      const { pid } = child;
      reaper.watch(pid);
      void this.exited.then(() => reaper.forget(pid));
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The last lines that it wrote, oldest first. */
  get lastLines(): readonly string[] {
    return this.#lines;
  }

  /** Sends a signal; nothing happens once it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.#running) this.#child.kill(signal);
  }

  /** SIGTERM, then SIGKILL when it still runs after `graceMs`. Resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  async #waitForExit(): Promise<ProcessExit> {
    try {
      const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
      return { code, signal };
    } catch (error) {
      this.#lines.push((error as Error).message);
      return { code: null, signal: null };
    } finally {
      this.#running = false;
    }
  }

  #keepLines(stream: NodeJS.ReadableStream | null): void {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      this.#lines = [...this.#lines, ...lines.filter((line) => line !== '')].slice(-keptLines);
    });
    stream?.on('end', () => {
      if (rest !== '') this.#lines = [...this.#lines, rest].slice(-keptLines);
    });
  }
}

/** `ended with exit code 78`, `was killed by SIGKILL`, `could not be started`. */
export function describeExit({ code, signal }: ProcessExit): string {
  if (signal !== null) return `was killed by ${signal}`;
  return code === null ? 'could not be started' : `ended with exit code ${code}`;
}
