import { spawn } from 'node:child_process';
import { cannotRun } from './deploy-error.ts';

/** How one run of kubectl ended. */
export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kubectl` from PATH, always against the same context. */
export class Kubectl {
  readonly #env: NodeJS.ProcessEnv;
  #context: string | undefined;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Pins every further run to a context, so that a change of the current one meanwhile can't redirect them. */
  pin(context: string): void {
    this.#context = context;
  }

  /**
   * Runs kubectl and waits for its end.
   *
   * Edge:   a code other than 0 is a result, not an error.
   * Errors: DeployError when there is no kubectl on PATH.
   */
  run(args: readonly string[], input = ''): Promise<KubectlResult> {
    const context = this.#context === undefined ? [] : ['--context', this.#context];
    return new Promise((resolve, reject) => {
      const child = spawn('kubectl', [...context, ...args], { env: this.#env });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', (error: NodeJS.ErrnoException) => reject(spawnProblem(error)));
      child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
      // kubectl may end without reading its input: what it says then is in its exit code.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }

  /**
   * Reads one answer as JSON.
   *
   * Errors: an Error with kubectl's own last line.
   */
  async readJson<T>(args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '-o', 'json']);
    if (code !== 0) throw new Error(lastLine(stderr));
    return JSON.parse(stdout) as T;
  }
}

function spawnProblem(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT') return error;
  return cannotRun(
    'kubectl: not found on PATH, expected it to be installed; see https://kubernetes.io/docs/tasks/tools/',
  );
}

/** What a command said last: its reason, without the log lines before it. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
