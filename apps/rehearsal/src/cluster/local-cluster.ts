import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { ports } from '@observed-rollouts/contract';
import { OtlpSink } from '../tracing/otlp-sink.ts';
import type { TraceRequest } from '../tracing/tempo.ts';
import { Balancer } from './balancer.ts';
import { FreePorts } from './free-ports.ts';
import { describeExit, type ManagedProcess } from './managed-process.ts';
import type { Pod } from './pod.ts';
import { PodFactory, type PodOrder } from './pod-factory.ts';
import { seededRandom } from './random.ts';
import { type Reaper, startReaper } from './reaper-client.ts';
import type { StartGate } from './start-gate.ts';

/** From the start of a pod's end until proxies have dropped it: what the service's drain must outlast. */
const endpointRemovalDelayMs = 1000;

export interface LocalClusterSettings {
  /** Folder that holds the workspace. */
  readonly root: string;
  readonly seed: number;
  /** Shared by all clusters of this machine. */
  readonly gate: StartGate;
  readonly onPodChange: (pod: Pod) => void;
  /** Gets the pods' traces as they come, see {@link OtlpSink}. */
  readonly forwardTraces?: ((request: TraceRequest) => void) | undefined;
}

/** A process ended that should still run. */
export class ProcessFailure extends Error {
  constructor(name: string, how: string, lastLines: readonly string[]) {
    super(`${name} ${how} by itself; ${describeOutput(lastLines)}`);
    this.name = 'ProcessFailure';
  }
}

function describeOutput(lastLines: readonly string[]): string {
  if (lastLines.length === 0) return 'it wrote nothing';
  return `its last lines:\n${lastLines.map((line) => `  ${line}`).join('\n')}`;
}

/** All that runs on this host for one rehearsal: pods, the balancer before them, the receiver of their traces. */
export class LocalCluster {
  readonly folder: string;
  readonly balancer: Balancer;
  readonly sink: OtlpSink;
  readonly freePorts: FreePorts;
  readonly reaper: Reaper;
  /**
   * Rejects with a {@link ProcessFailure} as soon as a process ends by itself that isn't started again, and with an {@link InputError} as soon as one
   * isn't Ready within the time that its order allows; never resolves.
   */
  readonly failure: Promise<never>;
  readonly #factory: PodFactory;
  readonly #settings: LocalClusterSettings;
  readonly #pods = new Set<Pod>();
  readonly #processes = new Set<ManagedProcess>();
  readonly #creations = new Set<Promise<Pod>>();
  #fail: (error: Error) => void = () => undefined;
  #otlpEndpoint = '';
  #balancerPort = 0;
  readonly #closing = new AbortController();

  private constructor(settings: LocalClusterSettings, freePorts: FreePorts) {
    this.freePorts = freePorts;
    const { root, seed, gate } = settings;
    this.#settings = settings;
    this.sink = new OtlpSink(settings.forwardTraces);
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
      gate,
      otlpEndpoint: () => this.#otlpEndpoint,
      onStart: (process) => this.#track(process),
      onFailure: (process) => void this.#failBecauseOf(process),
      onOverdue: (process, problem) => this.#failOverdue(process, problem),
      closing: this.#closing.signal,
      onChange: (pod) => this.#podChanged(pod),
    });
  }

  static async start(settings: LocalClusterSettings): Promise<LocalCluster> {
    const cluster = new LocalCluster(settings, await FreePorts.reserve());
    // Not one for outgoing connections: a receiver that was stopped must get its port back.
    cluster.#otlpEndpoint = await cluster.sink.listen(await cluster.freePorts.next());
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

  /** Processes that run now. */
  get processes(): readonly ManagedProcess[] {
    return [...this.#processes];
  }

  /** Creates a pod; its process starts as soon as the start gate lets it. */
  async createPod(order: PodOrder): Promise<Pod> {
    const creation = this.#factory.create(order);
    this.#creations.add(creation);
    const pod = await creation.finally(() => this.#creations.delete(creation));
    this.#pods.add(pod);
    this.#settings.onPodChange(pod);
    return pod;
  }

  /** Ends the rehearsal when the process ends, unless that is expected then. */
  superviseProcess(process: ManagedProcess, isExpected: () => boolean): void {
    this.#track(process);
    void process.exited.then(() => (isExpected() ? undefined : this.#failBecauseOf(process)));
  }

  /** Ends every process and removes every file. Can be called at any time and more than once. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the rehearsal is ending'));
    await Promise.allSettled(this.#creations);
    const running = this.processes;
    for (const process of running) process.signal('SIGKILL');
    await Promise.all(running.map(({ exited }) => exited));
    await Promise.all([this.balancer.close(), this.sink.close(), this.freePorts.close()]);
    rmSync(this.folder, { recursive: true, force: true });
    this.reaper.close();
  }

  #track(process: ManagedProcess): void {
    this.#processes.add(process);
    void process.exited.then(() => this.#processes.delete(process));
  }

  async #failBecauseOf(process: ManagedProcess): Promise<void> {
    const exit = await process.exited;
    if (this.#closing.signal.aborted) return;
    this.#fail(new ProcessFailure(process.name, describeExit(exit), process.lastLines));
  }

  #failOverdue({ lastLines }: ManagedProcess, problem: string): void {
    if (!this.#closing.signal.aborted) this.#fail(new InputError([`${problem}; ${describeOutput(lastLines)}`]));
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
