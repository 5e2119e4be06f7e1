import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ports } from '@observed-rollouts/contract';
import { OtlpSink } from '../tracing/otlp-sink.ts';
import { Balancer } from './balancer.ts';
import { FreePorts } from './free-ports.ts';
import { describeExit, type ManagedProcess } from './managed-process.ts';
import type { Pod } from './pod.ts';
import { PodFactory, type PodOrder } from './pod-factory.ts';
import { seededRandom } from './random.ts';
import { type Reaper, startReaper } from './reaper-client.ts';

/** From the start of a pod's end until proxies have dropped it: what the service's drain must outlast. */
const endpointRemovalDelayMs = 1000;

export interface LocalClusterSettings {
  /** Folder that holds the workspace. */
  readonly root: string;
  readonly seed: number;
  readonly onPodChange: (pod: Pod) => void;
}

/** A process ended that should still run. */
export class ProcessFailure extends Error {
  constructor(name: string, how: string, lastLines: readonly string[]) {
    const output =
      lastLines.length === 0
        ? 'it wrote nothing'
        : `its last lines:\n${lastLines.map((line) => `  ${line}`).join('\n')}`;
    super(`${name} ${how} by itself; ${output}`);
    this.name = 'ProcessFailure';
  }
}

/** All that runs on this host for one rehearsal: pods, the balancer before them, the receiver of their traces. */
export class LocalCluster {
  readonly folder: string;
  readonly balancer: Balancer;
  readonly sink = new OtlpSink();
  readonly freePorts = new FreePorts();
  readonly reaper: Reaper;
  /** Rejects with a {@link ProcessFailure} as soon as a process ends by itself; never resolves. */
  readonly failure: Promise<never>;
  readonly #factory: PodFactory;
  readonly #settings: LocalClusterSettings;
  readonly #pods = new Set<Pod>();
  readonly #processes = new Set<ManagedProcess>();
  readonly #creations = new Set<Promise<Pod>>();
  #fail: (error: Error) => void = () => undefined;
  #otlpEndpoint = '';
  #balancerPort = 0;
  #closing = false;

  private constructor(settings: LocalClusterSettings) {
    const { root, seed } = settings;
    this.#settings = settings;
    this.folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
    this.reaper = startReaper();
    this.reaper.watchFolder(this.folder);
    this.balancer = new Balancer(seededRandom(seed));
    this.failure = new Promise((_resolve, reject) => (this.#fail = reject));
    this.failure.catch(() => undefined);
    this.#factory = new PodFactory({
      root,
      freePorts: this.freePorts,
      random: seededRandom(seed + 1),
      reaper: this.reaper,
      otlpEndpoint: () => this.#otlpEndpoint,
      onChange: (pod) => this.#podChanged(pod),
    });
  }

  static async start(settings: LocalClusterSettings): Promise<LocalCluster> {
    const cluster = new LocalCluster(settings);
    cluster.#otlpEndpoint = await cluster.sink.listen();
    cluster.#balancerPort = await cluster.balancer.listen();
    return cluster;
  }

  get balancerPort(): number {
    return this.#balancerPort;
  }

  /** Pods that haven't gone. */
  get pods(): readonly Pod[] {
    return [...this.#pods].filter(({ phase }) => phase !== 'gone');
  }

  /** Starts a pod's process. */
  async createPod(order: PodOrder): Promise<Pod> {
    const creation = this.#factory.create(order, () => this.#closing);
    this.#creations.add(creation);
    const pod = await creation.finally(() => this.#creations.delete(creation));
    this.#pods.add(pod);
    this.#settings.onPodChange(pod);
    this.superviseProcess(pod.process, () => pod.isDeleted);
    return pod;
  }

  /** Ends the rehearsal when the process ends without being asked to. */
  superviseProcess(process: ManagedProcess, isExpected: () => boolean = () => false): void {
    this.#processes.add(process);
    void process.exited.then((exit) => {
      if (!isExpected() && !this.#closing)
        this.#fail(new ProcessFailure(process.name, describeExit(exit), process.lastLines));
    });
  }

  /** Ends every process and removes every file. Can be called at any time and more than once. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#creations);
    for (const process of this.#processes) process.signal('SIGKILL');
    await Promise.all([...this.#processes].map(({ exited }) => exited));
    await Promise.all([this.balancer.close(), this.sink.close()]);
    rmSync(this.folder, { recursive: true, force: true });
    this.reaper.close();
  }

  #podChanged(pod: Pod): void {
    const { name, hash } = pod.identity;
    if (hash !== undefined) {
      if (pod.phase === 'ready') this.balancer.add(name, pod.endpoint(ports.http.name));
      else setTimeout(() => this.#dropEndpoint(pod), endpointRemovalDelayMs).unref();
    }
    this.#settings.onPodChange(pod);
  }

  #dropEndpoint(pod: Pod): void {
    if (pod.phase !== 'ready') this.balancer.remove(pod.identity.name);
  }
}
