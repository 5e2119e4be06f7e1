import { setTimeout as delay } from 'node:timers/promises';
import { paths, pingAnswered, ports, workloads } from '@observed-rollouts/contract';
import type { LocalCluster } from '../cluster/local-cluster.ts';
import { declaredTarget, targetEnvironment } from '../cluster/local-environment.ts';
import type { Pod } from '../cluster/pod.ts';
import { type PingCounts, readPings } from './pings.ts';
import type { RehearsalPlan } from './plan.ts';

/** The pinger, and its own count of what became of its pings. */
export class Traffic {
  readonly #pinger: Pod;
  #lastPings: PingCounts | undefined;

  private constructor(pinger: Pod) {
    this.#pinger = pinger;
  }

  /** Starts as soon as one pod serves: pings before would fail. Its process dying ends the rehearsal. */
  static async start(
    cluster: LocalCluster,
    { template, namespace }: RehearsalPlan['pinger'],
    signal: AbortSignal,
  ): Promise<Traffic> {
    while (cluster.balancer.endpoints.length === 0) await delay(20, undefined, { signal });
    const pinger = await cluster.createPod({
      namePrefix: workloads.pinger,
      namespace,
      template,
      environment: (declared) => targetEnvironment(declaredTarget(declared), cluster.balancerPort),
      restarts: () => false,
    });
    return new Traffic(pinger);
  }

  /** Whether a ping has been answered with success. */
  async isAnswered(): Promise<boolean> {
    if (this.#pinger.phase !== 'ready') return false;
    const { byOutcome } = await this.read();
    return (byOutcome[pingAnswered] ?? 0) > 0;
  }

  /** Ends the pinger; its counts stay as they were last read. */
  async stop(): Promise<void> {
    await this.#pinger.delete();
  }

  /** Counts since the pinger started. */
  async read(): Promise<PingCounts> {
    if (this.#pinger.isDeleted && this.#lastPings !== undefined) return this.#lastPings;
    const { host, port } = this.#pinger.endpoint(ports.metrics.name);
    this.#lastPings = await readPings(`http://${host}:${port}${paths.metrics}`);
    return this.#lastPings;
  }
}
