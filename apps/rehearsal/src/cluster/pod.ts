import { get } from 'node:http';
import type { Container } from './container.ts';
import type { ManagedProcess } from './managed-process.ts';

export type PodPhase = 'starting' | 'ready' | 'unready' | 'terminating' | 'gone';

export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** An address like one of a cluster's; the process listens on loopback ports of its own. */
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Pod-template hash; absent for a pod that no Rollout owns. */
  readonly hash?: string;
  readonly container: Container;
  /** Loopback port of each container port, by the port's name. */
  readonly localPorts: ReadonlyMap<string, number>;
}

const host = '127.0.0.1';
const defaults = {
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
  initialDelaySeconds: 0,
};

/** One pod: a process, its readiness probe and its end. */
export class Pod {
  readonly identity: PodIdentity;
  readonly process: ManagedProcess;
  readonly createdAt: number;
  readonly #graceMs: number;
  readonly #onChange: (pod: Pod) => void;
  #phase: PodPhase = 'starting';
  #readySince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #streak = 0;
  #deleted = false;

  /** @param onChange called after every change of phase. */
  constructor(identity: PodIdentity, process: ManagedProcess, graceMs: number, onChange: (pod: Pod) => void) {
    this.identity = identity;
    this.process = process;
    this.createdAt = Date.now();
    this.#graceMs = graceMs;
    this.#onChange = onChange;
    void process.exited.then(() => this.#enter('gone'));
    const { initialDelaySeconds } = { ...defaults, ...this.identity.container.readinessProbe };
    this.#schedule((initialDelaySeconds ?? 0) * 1000);
  }

  get phase(): PodPhase {
    return this.#phase;
  }

  /** Milliseconds since the epoch since when it has been Ready without a break. */
  get readySince(): number | undefined {
    return this.#readySince;
  }

  /** Its end was asked for. */
  get isDeleted(): boolean {
    return this.#deleted;
  }

  /** Loopback address of a container port. */
  endpoint(portName: string): { host: string; port: number } {
    const port = this.identity.localPorts.get(portName);
    if (port === undefined) throw new Error(`pod ${this.identity.name} has no port ${portName}`);
    return { host, port };
  }

  /** Deletes the pod: SIGTERM, and SIGKILL after the manifest's grace period. Resolves when it has gone. */
  async delete(): Promise<void> {
    this.#deleted = true;
    this.#enter('terminating');
    await this.process.stop(this.#graceMs);
  }

  #enter(phase: PodPhase): void {
    if (this.#phase === phase || this.#phase === 'gone') return;
    this.#phase = phase;
    this.#readySince = phase === 'ready' ? Date.now() : undefined;
    if (phase === 'terminating' || phase === 'gone') clearTimeout(this.#timer);
    this.#onChange(this);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#probe(), delayMs);
  }

  async #probe(): Promise<void> {
    const { readinessProbe } = this.identity.container;
    const settings = { ...defaults, ...readinessProbe };
    const healthy =
      readinessProbe === undefined || (await this.#answers(readinessProbe.httpGet, settings.timeoutSeconds ?? 1));
    if (this.#phase === 'terminating' || this.#phase === 'gone') return;
    this.#streak = healthy === this.#streak > 0 ? this.#streak + (healthy ? 1 : -1) : healthy ? 1 : -1;
    if (this.#streak >= (settings.successThreshold ?? 1)) this.#enter('ready');
    else if (this.#phase === 'ready' && -this.#streak >= (settings.failureThreshold ?? 3)) this.#enter('unready');
    this.#schedule((settings.periodSeconds ?? 10) * 1000);
  }

  #answers({ path, port }: { path: string; port: string | number }, timeoutSeconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const request = get(
        { ...this.endpoint(`${port}`), path, agent: false, timeout: timeoutSeconds * 1000 },
        (response) => {
          response.resume();
          const { statusCode = 0 } = response;
          resolve(statusCode >= 200 && statusCode < 400);
        },
      );
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(false));
    });
  }
}
