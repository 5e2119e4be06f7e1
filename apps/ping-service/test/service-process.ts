import { randomInt } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startCommands, workloads } from '@observed-rollouts/contract';

type LogLine = Readonly<Record<string, unknown>>;

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly stderr: string;
}

/** A real ping-service process, as its container starts it. */
export class ServiceProcess {
  readonly log: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #end: Promise<ProcessEnd>;
  #stderr = '';

  constructor(env: Readonly<Record<string, string>>) {
    const [, ...args] = startCommands[workloads.pingService];
    this.#child = spawn(process.execPath, args, {
      cwd: resolve(import.meta.dirname, '../../..'),
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk) => (this.#stderr += chunk));
    createInterface(this.#child.stdout as NodeJS.ReadableStream).on('line', (line) => {
      this.log.push(JSON.parse(line) as LogLine);
      this.#child.emit('log');
    });
    this.#end = once(this.#child, 'close').then(([code]) => ({ code: code as number | null, stderr: this.#stderr }));
  }

  /** Resolves with the first line of the log that says this; fails when the process ends without it. */
  async logged(message: string): Promise<LogLine> {
    const ended = this.#end.then(({ stderr }) => Promise.reject(new Error(`process ended: ${stderr}`)));
    for (;;) {
      const line = this.log.find(({ msg }) => msg === message);
      if (line !== undefined) {
        ended.catch(() => {});
        return line;
      }
      await Promise.race([once(this.#child, 'log'), ended]);
    }
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Presses ctrl-C. */
  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  ended(): Promise<ProcessEnd> {
    return this.#end;
  }

  /** For the end of a test: nothing may survive it. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#end;
  }
}

export interface RunningService {
  readonly process: ServiceProcess;
  readonly httpPort: number;
  readonly metricsPort: number;
  /** Base URL of the request port. */
  readonly url: string;
}

/** Starts a service on free loopback ports, without the waiting times of its drain unless they are given, and without traces unless a collector is. */
export async function startService(env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
  const [httpPort, metricsPort] = [await freePort(), await freePort()];
  const tracing = 'OTEL_EXPORTER_OTLP_ENDPOINT' in env ? {} : { OTEL_SDK_DISABLED: 'true' };
  const process = new ServiceProcess({
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: `${httpPort}`,
    METRICS_PORT: `${metricsPort}`,
    DRAIN_DELAY: '0ms',
    DRAIN_TIMEOUT: '0ms',
    ...tracing,
    ...env,
  });
  await process.logged('listening');
  return { process, httpPort, metricsPort, url: `http://127.0.0.1:${httpPort}` };
}

/**
 * A port that was free a moment ago, below the range that systems give out for outgoing connections: one of those could take it before the
 * process does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    await once(server.close(), 'close');
    return port;
  }
}
