import type { ReplicaSetStatus } from '../controller/replica-counts.ts';
import type { Pod } from './pod.ts';

/** The pods of one version: as many as were asked for. */
export class ReplicaSet {
  readonly hash: string;
  readonly #createPod: () => Promise<Pod>;
  readonly #pods = new Set<Pod>();
  #desired = 0;
  #pending = 0;

  constructor(hash: string, createPod: () => Promise<Pod>) {
    this.hash = hash;
    this.#createPod = createPod;
  }

  /** Every pod that hasn't gone, terminating ones too. */
  get pods(): readonly Pod[] {
    return [...this.#pods].filter(({ phase }) => phase !== 'gone');
  }

  /** @param minReadyMs how long a pod must have been Ready to count as available. */
  status(now: number, minReadyMs: number): ReplicaSetStatus {
    const active = this.pods.filter(({ phase }) => phase !== 'terminating');
    const available = active.filter(({ readySince }) => readySince !== undefined && now >= readySince + minReadyMs);
    return { desired: this.#desired, created: active.length + this.#pending, available: available.length };
  }

  /** Creates or deletes pods until as many are active; the ones to delete are those that aren't Ready, then the youngest. */
  async scale(replicas: number): Promise<void> {
    this.#desired = replicas;
    const active = this.pods.filter(({ phase }) => phase !== 'terminating');
    const missing = replicas - active.length - this.#pending;
    if (missing > 0) await this.#add(missing);
    else for (const pod of active.sort(byDeletionOrder).slice(0, -missing)) void pod.delete();
  }

  async #add(count: number): Promise<void> {
    this.#pending += count;
    await Promise.all(
      Array.from({ length: count }, async () => {
        const pod = await this.#createPod();
        this.#pending--;
        this.#pods.add(pod);
      }),
    );
  }
}

function byDeletionOrder(a: Pod, b: Pod): number {
  const readiness = Number(a.phase === 'ready') - Number(b.phase === 'ready');
  return readiness || (b.readySince ?? b.createdAt) - (a.readySince ?? a.createdAt);
}
