import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface TimedRunOptions {
  readonly command: readonly [string, ...string[]];
  /** Beside what the bench's own environment has; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly folder?: string;
  readonly signal: AbortSignal;
}

const run = promisify(execFile);
const mostOutputBytes = 64 * 1024 * 1024;

/**
 * Milliseconds from the start of a process to its end.
 *
 * Errors: rejects with its last output when it can't be started or ends with another code than 0.
 */
export async function timedRun({ command, env = {}, folder, signal }: TimedRunOptions): Promise<number> {
  const [program, ...args] = command;
  const startedAt = performance.now();
  try {
    await run(program, args, {
      env: { ...process.env, ...env },
      ...(folder !== undefined && { cwd: folder }),
      signal,
      maxBuffer: mostOutputBytes,
    });
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`bench: ${command.join(' ')}: ${message}\n${stdout.slice(-2_000)}${stderr.slice(-2_000)}`, {
      cause: error,
    });
  }
  return performance.now() - startedAt;
}
