import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startCommands, workloads } from '@observed-rollouts/contract';
import { afterEach } from 'vitest';
import type { RunReport } from '../src/report.ts';

/** The folder from which a container, too, starts its command. */
const workspaceRoot = join(import.meta.dirname, '../../..');

/** What is left of a pinger that has ended. */
export interface EndedPinger {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built pinger as a process of its own. */
export interface PingerProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly ended: Promise<EndedPinger>;
}

export interface PingerOptions {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Without the preload, which a script run has no need of, it starts faster. */
  readonly isTraced?: boolean;
}

const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

export function startPinger({ flags = [], env = {}, isTraced = false }: PingerOptions): PingerProcess {
  const [, ...traced] = startCommands[workloads.pinger];
  const args = isTraced ? traced : traced.slice(-1);
  const child = spawn(process.execPath, [...args, ...flags], { cwd: workspaceRoot, env });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([exitCode]) => {
    children.delete(child);
    return { exitCode: exitCode as number | null, stdout, stderr };
  });
  return { child, stdout: () => stdout, ended };
}

export function runPinger(options: PingerOptions): Promise<EndedPinger> {
  return startPinger(options).ended;
}

/** Resolves with the first log line that says `msg`. */
export async function logLine(pinger: PingerProcess, msg: string): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = pinger.child;
  for (;;) {
    const line = parseLog(pinger.stdout()).find((fields) => fields['msg'] === msg);
    if (line) return line;
    if (stdout === null || stdout.readableEnded) throw new Error(`ended without "${msg}":\n${pinger.stdout()}`);
    await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
  }
}

/** The whole lines of a log. */
export function parseLog(text: string): Readonly<Record<string, unknown>>[] {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A script run with `--json`; the document is all of stdout. */
export async function runScriptJson(options: PingerOptions): Promise<RunReport> {
  const { exitCode, stdout, stderr } = await runPinger({ ...options, flags: [...(options.flags ?? []), '--json'] });
  if (exitCode !== 0) throw new Error(`pinger ended with ${exitCode}:\n${stderr}`);
  return JSON.parse(stdout) as RunReport;
}

/** Two ports that were free a moment ago, as environment of a pinger that serves on loopback and doesn't linger in its drain. */
export async function servingEnvironment() {
  const [httpPort, metricsPort] = [await findFreePort(), await findFreePort()];
  return {
    env: {
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: `${httpPort}`,
      METRICS_PORT: `${metricsPort}`,
      DRAIN_DELAY: '0ms',
      DRAIN_TIMEOUT: '5s',
    },
    http: `http://127.0.0.1:${httpPort}`,
    metrics: `http://127.0.0.1:${metricsPort}`,
  };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
