import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FreePorts } from '../cluster/free-ports.ts';
import { ManagedProcess } from '../cluster/managed-process.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Reaper } from '../cluster/reaper-client.ts';
import type { PrometheusDeployment } from './deployment.ts';
import { type LocalConfig, targetsFile, writeLocalConfig } from './local-config.ts';
import { targetsOfPod } from './targets.ts';

export interface PrometheusSettings {
  readonly binary: string;
  readonly deployment: PrometheusDeployment;
  /** Receives configuration and data. */
  readonly folder: string;
  readonly freePorts: FreePorts;
  readonly reaper: Reaper;
  /** Called with every process that is started, and whether its end is expected. */
  readonly supervise: (process: ManagedProcess, isExpected: () => boolean) => void;
}

/** A real Prometheus that scrapes the pods with the manifests' configuration. */
export class PrometheusServer {
  readonly url: string;
  readonly config: LocalConfig;
  readonly #start: () => ManagedProcess;
  #process: ManagedProcess;
  #stopped = false;

  private constructor(url: string, config: LocalConfig, start: () => ManagedProcess) {
    this.url = url;
    this.config = config;
    this.#start = start;
    this.#process = start();
  }

  /** Starts it with these pods as its first targets. */
  static async start(settings: PrometheusSettings, pods: readonly Pod[]): Promise<PrometheusServer> {
    const { binary, deployment, folder, freePorts, reaper, supervise } = settings;
    const config = writeLocalConfig(deployment, folder, versionOf(binary));
    writeTargets(config, pods);
    const address = `127.0.0.1:${await freePorts.next()}`;
    const command = [
      binary,
      `--config.file=${config.path}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      ...featuresOf(deployment),
    ];
    const server: PrometheusServer = new PrometheusServer(`http://${address}`, config, () => {
      const process = new ManagedProcess({ name: 'prometheus', command, env: {}, cwd: folder }, reaper);
      supervise(process, () => server.#stopped);
      return process;
    });
    return server;
  }

  /** Ends it by SIGKILL: what a scrape has brought is in its log on disk. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#process.signal('SIGKILL');
    await this.#process.exited;
  }

  /** Starts it again after {@link stop}, on the same data and the same address. */
  startAgain(): void {
    this.#process = this.#start();
    this.#stopped = false;
  }

  /** Tells discovery which pods there are. */
  setPods(pods: readonly Pod[]): void {
    writeTargets(this.config, pods);
  }

  /** Resolves when it answers queries. Rejects when the signal aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    while (!(await isReady(this.url))) await delay(50, undefined, { signal });
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

/** Each file is replaced as a whole, so that Prometheus never reads half of it. */
function writeTargets({ targetsFolder, namespaces }: LocalConfig, pods: readonly Pod[]): void {
  if (!existsSync(targetsFolder)) return;
  for (const namespace of namespaces) {
    const selected = pods.filter(({ identity }) => namespace === '*' || identity.namespace === namespace);
    const file = targetsFile(targetsFolder, namespace);
    writeFileSync(`${file}.new`, JSON.stringify(selected.flatMap(targetsOfPod)));
    renameSync(`${file}.new`, file);
  }
}

/** Arguments for the features that the manifests turn on. */
export function featuresOf({ args }: PrometheusDeployment): readonly string[] {
  return args.filter((argument) => argument.startsWith('--enable-feature='));
}

/** Major and minor version of a `prometheus` or `promtool` binary; one that was built without a version counts as the newest. */
export function versionOf(binary: string): [major: number, minor: number] {
  const output = execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const match = /version (\d+)\.(\d+)/.exec(output);
  return match ? [Number(match[1]), Number(match[2])] : [Infinity, 0];
}
