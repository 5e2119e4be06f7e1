import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { processSettings, readSettings, workloads } from '@observed-rollouts/contract';
import { type RunningWorkload, startWorkload, type WorkloadOptions } from '../src/index.ts';
import { redirectLogs } from '../src/logging.ts';
import { SampleModule } from './sample-module.ts';

/** A running workload whose log is kept. */
export interface SampleWorkload extends RunningWorkload {
  readonly log: Readonly<Record<string, unknown>>[];
}

/** Starts the sample module on free loopback ports, without waiting times in its shutdown. */
export async function startSample(options: Partial<WorkloadOptions> = {}): Promise<SampleWorkload> {
  const log: Record<string, unknown>[] = [];
  redirectLogs((line) => log.push(JSON.parse(line)));
  const settings = readSettings('sample', processSettings, {
    env: { HTTP_HOST: '127.0.0.1', SERVICE_VERSION: '1.2.3', DRAIN_DELAY: '0ms', DRAIN_TIMEOUT: '0ms' },
  });
  const running = await startWorkload({
    workload: workloads.pingService,
    module: SampleModule,
    settings: { ...settings, httpPort: 0, metricsPort: 0 },
    ...options,
  });
  return { ...running, log };
}

/** Sends bytes as they are and returns all that comes back until the server closes; `half` keeps the client's side open. */
export async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

/** Samples of a text exposition by series, such as `up{a="b"}`; comments and exemplars are left out. */
export function parseSamples(exposition: string): Map<string, number> {
  const lines = exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => line.replace(/ # .*$/, '')).map((line) => splitSample(line)));
}

function splitSample(line: string): [string, number] {
  const end = line.lastIndexOf(' ');
  return [line.slice(0, end), Number(line.slice(end + 1))];
}

export async function scrape(
  port: number,
  accept = 'text/plain',
): Promise<{ body: string; contentType: string | null }> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept } });
  return { body: await response.text(), contentType: response.headers.get('content-type') };
}
