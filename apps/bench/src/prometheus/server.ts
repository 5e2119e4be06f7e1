import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child } from '../harness/child.ts';
import { freePort } from '../harness/free-port.ts';
import { root } from '../harness/workspace-root.ts';

const closeWithinMs = 10_000;

/** The document of `rehearse --prometheus`. */
interface SetUp {
  readonly command: readonly [string, ...string[]];
  readonly targets: string;
}

/** What Prometheus says that it has taken since its start. */
export interface PrometheusUsage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** A Prometheus with the manifests' configuration. */
export class MeasuredPrometheus implements AsyncDisposable {
  readonly #child: Child;
  readonly #url: string;
  readonly #targets: string;

  private constructor(child: Child, url: string, targets: string) {
    this.#child = child;
    this.#url = url;
    this.#targets = targets;
  }

  /**
   * Starts it on a free port, as the manifests deploy it, with its data in the folder.
   *
   * Errors: rejects when the rehearsal finds no Prometheus and can't fetch one.
   */
  static async start(manifests: string, folder: string, signal: AbortSignal): Promise<MeasuredPrometheus> {
    const program = join(root, 'apps', 'rehearsal', 'dist', 'main.js');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, '--prometheus', folder, '--manifests', manifests],
      { signal },
    );
    const { command, targets } = JSON.parse(stdout) as SetUp;
    const address = `127.0.0.1:${await freePort()}`;
    const child = await Child.start({ name: 'prometheus', command: [...command, `--web.listen-address=${address}`] });
    const prometheus = new MeasuredPrometheus(child, `http://${address}`, targets);
    while (!(await prometheus.#isReady())) {
      if (child.hasEnded || signal.aborted) {
        await prometheus.close();
        signal.throwIfAborted();
        throw child.error('ended before it was ready');
      }
      await sleep(50);
    }
    return prometheus;
  }

  /** Replaces the targets of a namespace. */
  setTargets(namespace: string, groups: readonly object[]): void {
    writeFileSync(join(this.#targets, `${namespace}.json`), JSON.stringify(groups));
  }

  /** The one value of an instant query. Errors: rejects unless it is exactly one sample. */
  async query(query: string, signal: AbortSignal): Promise<number> {
    const answer = await fetch(`${this.#url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query }),
      signal,
    });
    const { data, error } = (await answer.json()) as {
      data?: { result: readonly { value: readonly [number, string] }[] };
      error?: string;
    };
    const samples = data?.result ?? [];
    if (samples.length !== 1) throw new Error(`prometheus: got ${error ?? `${samples.length} samples`}, expected one`);
    return Number(samples[0]?.value[1]);
  }

  async usage(signal: AbortSignal): Promise<PrometheusUsage> {
    const text = await (await fetch(`${this.#url}/metrics`, { signal })).text();
    const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    return { cpuSeconds: valueOf('process_cpu_seconds_total'), rssBytes: valueOf('process_resident_memory_bytes') };
  }

  close(): Promise<void> {
    return this.#child.close(closeWithinMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/-/ready`)).ok;
    } catch {
      return false;
    }
  }
}
