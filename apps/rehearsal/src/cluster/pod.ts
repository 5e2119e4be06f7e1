import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '@observed-rollouts/contract';
import type { Container } from './container.ts';
import { describeExit, type ManagedProcess } from './managed-process.ts';
import { probeOnce } from './readiness-probe.ts';
import { RestartBackOff } from './restart-back-off.ts';
import type { StartGate } from './start-gate.ts';

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

/** How long a process may take to become Ready, from its start. */
export interface ReadyDeadline {
  readonly milliseconds: number;
  /** Where that is set, for the error: `shop.yaml: readiness.timeout`. */
  readonly setting: string;
}

export interface PodSettings {
  readonly identity: PodIdentity;
  /** Starts the container's process. */
  readonly start: () => ManagedProcess;
  readonly graceMs: number;
  readonly gate: StartGate;
  /** Whether a process that ended by itself is started again. */
  readonly restarts: () => boolean;
  /** Called when one ended by itself that isn't started again. */
  readonly onFailure: (process: ManagedProcess) => void;
  /** For a process that isn't started again; absent: it may take for ever. */
  readonly readyWithin?: ReadyDeadline | undefined;
  /** Called when one isn't Ready by then, with what was expected and what its last probe got. */
  readonly onOverdue: (process: ManagedProcess, problem: string) => void;
  /** Called after every change of phase and whenever the process has ended by itself. */
  readonly onChange: (pod: Pod) => void;
  /** Aborts when everything is being ended: no process starts any longer. */
  readonly closing: AbortSignal;
}

const host = '127.0.0.1';
const defaults = {
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
  initialDelaySeconds: 0,
};
/** A pod that isn't Ready by then no longer keeps others from starting. */
const longestStartMs = 10_000;

/** One pod: a process that is started again when it ends by itself, its readiness probe and its end. */
export class Pod {
  readonly identity: PodIdentity;
  readonly createdAt: number;
  /** Resolves when the pod has gone. */
  readonly gone: Promise<void>;
  readonly #settings: PodSettings;
  readonly #backOff = new RestartBackOff();
  readonly #deletion = new AbortController();
  #process: ManagedProcess | undefined;
  #phase: PodPhase = 'starting';
  #readySince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #streak = 0;
  #lastProbe: string | undefined;
  #restarts = 0;
  #reason: string | undefined;
  #leaveGate: () => void = () => undefined;

  constructor(settings: PodSettings) {
    this.identity = settings.identity;
    this.#settings = settings;
    this.createdAt = Date.now();
    this.gone = this.#live();
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
    return this.#deletion.signal.aborted;
  }

  /** The process that runs now; `undefined` before the first one and between two. */
  get process(): ManagedProcess | undefined {
    return this.#process?.running ? this.#process : undefined;
  }

  /** How often its process was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Why it isn't Ready, in words: how its process ended and when it is started again; absent otherwise. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Loopback address of a container port. */
  endpoint(portName: string): { host: string; port: number } {
    const port = this.identity.localPorts.get(portName);
    if (port === undefined) throw new Error(`pod ${this.identity.name} has no port ${portName}`);
    return { host, port };
  }

  /** Deletes the pod: SIGTERM, and SIGKILL after the manifest's grace period. Resolves when it has gone. */
  async delete(): Promise<void> {
    this.#reason = undefined;
    this.#deletion.abort();
    this.#enter('terminating');
    await this.process?.stop(this.#settings.graceMs);
    await this.gone;
  }

  /** Runs its process again and again until it is deleted, or may not be started again. */
  async #live(): Promise<void> {
    const { closing, restarts, onFailure } = this.#settings;
    const ending = AbortSignal.any([closing, this.#deletion.signal]);
    for (;;) {
      const process = await this.#runOnce(ending);
      if (ending.aborted || process === undefined) break;
      if (!restarts()) {
        onFailure(process);
        break;
      }
      await this.#waitForRestart(process, ending);
      if (ending.aborted) break;
      this.#restarts++;
    }
    this.#enter('gone');
  }

  /** Resolves with the process when it has ended, with `undefined` when it wasn't started any more. */
  async #runOnce(ending: AbortSignal): Promise<ManagedProcess | undefined> {
    this.#leaveGate = await this.#settings.gate.enter();
    const limit = setTimeout(() => this.#leaveGate(), longestStartMs);
    let deadline: NodeJS.Timeout | undefined;
    try {
      if (ending.aborted) return undefined;
      const process = this.#settings.start();
      this.#process = process;
      this.#streak = 0;
      const { initialDelaySeconds } = { ...defaults, ...this.identity.container.readinessProbe };
      this.#schedule((initialDelaySeconds ?? 0) * 1000, process);
      deadline = this.#expectReady(process);
      await process.exited;
      return process;
    } finally {
      clearTimeout(limit);
      clearTimeout(deadline);
      clearTimeout(this.#timer);
      this.#leaveGate();
    }
  }

  #expectReady(process: ManagedProcess): NodeJS.Timeout | undefined {
    const { readyWithin, restarts, onOverdue } = this.#settings;
    if (readyWithin === undefined || restarts()) return undefined;
    return setTimeout(() => {
      if (this.#phase === 'starting') onOverdue(process, this.#describeOverdue(readyWithin));
    }, readyWithin.milliseconds);
  }

  #describeOverdue({ milliseconds, setting }: ReadyDeadline): string {
    const { path = '', port = '' } = this.identity.container.readinessProbe?.httpGet ?? {};
    const { host, port: localPort } = this.endpoint(`${port}`);
    const got = this.#lastProbe ?? 'no answer yet';
    return `${setting}: ${this.identity.name} is not Ready ${formatDuration(milliseconds)} after its start: http://${host}:${localPort}${path}: got ${got}, expected 2xx or 3xx`;
  }

  async #waitForRestart(process: ManagedProcess, ending: AbortSignal): Promise<void> {
    const delayMs = this.#backOff.next(Date.now());
    const again = delayMs === 0 ? 'at once' : `in ${delayMs / 1000} s`;
    const exit = await process.exited;
    // One that was killed had no time to say why.
    const lastLine = exit.code === null ? undefined : process.lastLines.at(-1);
    const words = lastLine === undefined ? '' : `; its last line: ${lastLine}`;
    this.#reason = `${describeExit(exit)}, starts again ${again} (restart ${this.#restarts + 1})${words}`;
    this.#phase = 'unready';
    this.#readySince = undefined;
    this.#settings.onChange(this);
    await delay(delayMs, undefined, { signal: ending }).catch(() => undefined);
  }

  #enter(phase: PodPhase): void {
    if (this.#phase === phase || this.#phase === 'gone') return;
    this.#phase = phase;
    this.#readySince = phase === 'ready' ? Date.now() : undefined;
    if (phase === 'ready') this.#reason = undefined;
    if (phase !== 'unready') this.#leaveGate();
    if (phase === 'terminating' || phase === 'gone') clearTimeout(this.#timer);
    this.#settings.onChange(this);
  }

  #schedule(delayMs: number, process: ManagedProcess): void {
    this.#timer = setTimeout(() => void this.#probe(process), delayMs);
  }

  async #probe(process: ManagedProcess): Promise<void> {
    const { readinessProbe } = this.identity.container;
    const settings = { ...defaults, ...readinessProbe };
    this.#lastProbe = readinessProbe && (await this.#ask(readinessProbe.httpGet, settings.timeoutSeconds ?? 1));
    const healthy = this.#lastProbe === undefined;
    // The answer may come after the process has ended: it says nothing about the next one.
    if (!process.running || this.#phase === 'terminating' || this.#phase === 'gone') return;
    this.#streak = healthy === this.#streak > 0 ? this.#streak + (healthy ? 1 : -1) : healthy ? 1 : -1;
    if (this.#streak >= (settings.successThreshold ?? 1)) this.#enter('ready');
    else if (this.#phase === 'ready' && -this.#streak >= (settings.failureThreshold ?? 3)) this.#enter('unready');
    this.#schedule((settings.periodSeconds ?? 10) * 1000, process);
  }

  #ask({ path, port }: { path: string; port: string | number }, timeoutSeconds: number): Promise<string | undefined> {
    return probeOnce({ ...this.endpoint(`${port}`), path }, timeoutSeconds);
  }
}
