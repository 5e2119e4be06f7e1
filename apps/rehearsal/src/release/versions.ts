import type { Pod } from '../cluster/pod.ts';
import type { LocalCluster } from '../cluster/local-cluster.ts';
import { seedEnvironment } from '../cluster/local-environment.ts';
import { podTemplateHash, withHashLabel } from '../cluster/pod-template-hash.ts';
import { ReplicaSet } from '../cluster/replica-set.ts';
import type { PodTemplate } from '../controller/rollout-schema.ts';
import type { RehearsalPlan } from './plan.ts';

export interface VersionsSettings {
  readonly cluster: LocalCluster;
  readonly plan: RehearsalPlan;
  /** The first pod's; each later one has the next. */
  readonly seed: number;
  /** Whether a pod's process that ends by itself is started again. */
  readonly restarts: () => boolean;
}

/** The versions of a service, each with the pods that it has. */
export class Versions {
  readonly #settings: VersionsSettings;
  readonly #replicaSets = new Map<string, ReplicaSet>();
  #pods = 0;

  constructor(settings: VersionsSettings) {
    this.#settings = settings;
  }

  /** By pod-template hash. */
  get replicaSets(): ReadonlyMap<string, ReplicaSet> {
    return this.#replicaSets;
  }

  /** Adds the version of a template without pods, unless it is there, and returns its hash. */
  add(plain: PodTemplate): string {
    const { cluster, plan, restarts } = this.#settings;
    const { name, namespace } = plan.rollout;
    const hash = podTemplateHash(plain);
    if (this.#replicaSets.has(hash)) return hash;
    const template = withHashLabel(plain, hash);
    const create = () =>
      cluster.createPod({
        ...{ namePrefix: `${name}-${hash}`, namespace, template, hash, restarts },
        process: plan.own?.process,
        readyWithin: plan.own?.readyWithin,
        environment: (declared) => ({ ...this.#nextSeed(), ...onlySeed(declared) }),
      });
    this.#replicaSets.set(hash, new ReplicaSet(hash, create));
    return hash;
  }

  /** Pods of a version that haven't gone, oldest first. */
  podsOf(hash: string): readonly Pod[] {
    return this.#replicaSets.get(hash)?.pods ?? [];
  }

  #nextSeed(): Record<string, string> {
    return seedEnvironment((this.#settings.seed + this.#pods++) % 2 ** 32);
  }
}

/** A seed that the release declares itself stays. */
function onlySeed(declared: Readonly<Record<string, string>>): Record<string, string> {
  const [name] = Object.keys(seedEnvironment(0)) as [string];
  const value = declared[name];
  return value === undefined ? {} : { [name]: value };
}
