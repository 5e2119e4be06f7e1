import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** kubectl failed or isn't there; the message holds the command and what kubectl said. */
export class KubectlError extends Error {}

/** kubectl, bound to one context; `undefined` means the current one. */
export class Kubectl {
  readonly #contextArguments: readonly string[];

  constructor(context: string | undefined) {
    this.#contextArguments = context === undefined ? [] : ['--context', context];
  }

  /** Standard output as text. */
  async text(...args: string[]): Promise<string> {
    try {
      const { stdout } = await run('kubectl', [...this.#contextArguments, ...args], { maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    } catch (error) {
      const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
      if (code === 'ENOENT') throw new KubectlError('kubectl: not found on PATH; install it and try again');
      throw new KubectlError(`kubectl ${args.join(' ')}: ${stderr?.trim() || message}`);
    }
  }

  /** An object or a list, parsed. */
  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.text('get', ...args, '-o', 'json')) as T;
  }

  /** Merge-patches an object; `subresource` as in `status`. */
  async patch(namespace: string, object: string, patch: unknown, subresource?: string): Promise<void> {
    const where = subresource === undefined ? [] : [`--subresource=${subresource}`];
    await this.text('-n', namespace, 'patch', object, ...where, '--type=merge', '-p', JSON.stringify(patch));
  }
}
