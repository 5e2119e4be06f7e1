import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** kubectl failed or isn't there; the message holds the command and what kubectl said. */
export class KubectlError extends Error {}

/** What a watch tells of one object. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

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

  /** Creates an object, or changes it to what is given. */
  async apply(object: unknown): Promise<void> {
    const child = spawn('kubectl', [...this.#contextArguments, 'apply', '-f', '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(JSON.stringify(object));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new KubectlError(`kubectl apply: ${stderr.trim()}`);
  }

  /** Merge-patches an object; `subresource` as in `status`. */
  async patch(namespace: string, object: string, patch: unknown, subresource?: string): Promise<void> {
    const where = subresource === undefined ? [] : [`--subresource=${subresource}`];
    await this.text('-n', namespace, 'patch', object, ...where, '--type=merge', '-p', JSON.stringify(patch));
  }

  /**
   * Lists a collection and tells every change to it from then on, none left out, until the signal aborts. Resolves when the list has been told.
   *
   * @param path of the collection below the API server's root, e.g. `/apis/apps/v1/namespaces/default/replicasets`
   * @param failed called once when the watch ends before the signal aborts, or the server refuses it
   */
  async watch<T>(
    path: string,
    take: (event: WatchEvent<T>) => void,
    failed: (error: Error) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const list = JSON.parse(await this.text('get', '--raw', path)) as {
      metadata: { resourceVersion: string };
      items: T[];
    };
    for (const object of list.items) take({ type: 'ADDED', object });
    const query = `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`;
    const child = spawn('kubectl', [...this.#contextArguments, 'get', '--raw', query], {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as WatchEvent<T> & { object: { message?: string } };
      if ((event.type as string) === 'ERROR') failed(new KubectlError(`watch of ${path}: ${event.object.message}`));
      else take(event);
    });
    child.once('close', () => {
      if (!signal.aborted)
        failed(new KubectlError(`watch of ${path}: ended early: ${stderr.trim() || 'no reason given'}`));
    });
    // Aborting the signal reports itself as an error of the child.
    child.on('error', (error) => {
      if (!signal.aborted) failed(error);
    });
    await once(child, 'spawn');
  }
}
