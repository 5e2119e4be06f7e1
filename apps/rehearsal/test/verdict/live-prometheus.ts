import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { FreePorts } from '../../src/cluster/free-ports.ts';
import { remoteWrite } from './remote-write.ts';
import type { StoredSeries } from './stored-series.ts';

/** The start of every sequence, in milliseconds since the epoch; a whole second, as subqueries look at whole seconds. */
const origin = Date.UTC(2026, 0, 1);

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
        value: z.tuple([z.number(), z.string()]).optional(),
      }),
    ),
  }),
});

/** A real Prometheus that scrapes nothing and holds what is written to it. */
export class LivePrometheus {
  readonly #url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.#url = url;
    this.#child = child;
  }

  /** Errors: rejects when the program ends before it is ready, or the signal aborts. */
  static async start(binary: string, folder: string, signal: AbortSignal): Promise<LivePrometheus> {
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, '{}\n');
    const ports = await FreePorts.reserve();
    const address = `127.0.0.1:${await ports.next()}`;
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--web.enable-remote-write-receiver',
    ];
    const child = spawn(binary, args, { cwd: folder, stdio: 'ignore' });
    const server = new LivePrometheus(`http://${address}`, child);
    while (!(await server.#isReady())) {
      if (child.exitCode !== null) throw new Error(`prometheus ended with code ${child.exitCode}`);
      await delay(50, undefined, { signal });
    }
    return server;
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/-/ready`)).ok;
    } catch {
      return false;
    }
  }

  async write(series: readonly StoredSeries[]): Promise<void> {
    await remoteWrite(this.#url, series, origin);
  }

  /**
   * What a query yields at looks that are a second apart.
   *
   * Errors: rejects unless it is exactly one sample without labels at each of them.
   */
  async readingsAt(query: string, looks: readonly number[]): Promise<readonly number[]> {
    const [start, end] = [looks[0] ?? 0, looks.at(-1) ?? 0].map((look) => `${(origin + look) / 1000}`);
    const result = await this.#ask('query_range', { query, start: start as string, end: end as string, step: '1' });
    const [only] = result;
    const found = only?.values ?? [];
    if (result.length !== 1 || Object.keys(only?.metric ?? {}).length > 0 || found.length !== looks.length) {
      const got = result.map(({ metric, values = [] }) => `${JSON.stringify(metric)} with ${values.length} samples`);
      throw new Error(`${query}: got [${got.join(', ')}], expected {} with ${looks.length} samples`);
    }
    return found.map(([, text]) => Number(text.replace('Inf', 'Infinity')));
  }

  /** What a query yields at one look, as the analysis asks it: every sample. */
  async samplesAt(query: string, look: number): Promise<readonly number[]> {
    const result = await this.#ask('query', { query, time: `${(origin + look) / 1000}` });
    return result.map(({ value }) => Number(value?.[1].replace('Inf', 'Infinity')));
  }

  async #ask(endpoint: string, parameters: Record<string, string>) {
    const body = new URLSearchParams(parameters);
    const answer = await fetch(`${this.#url}/api/v1/${endpoint}`, { method: 'POST', body });
    return answerSchema.parse(await answer.json()).data.result;
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
