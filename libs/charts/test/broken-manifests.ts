import { local } from '../src/environments/local.ts';
import { draw } from '../src/main.ts';
import type { KubernetesObject } from '../src/synth/kubernetes-object.ts';
import { synthesize } from '../src/synth/write-manifests.ts';

/** Objects as the synth makes them. */
export const sound: readonly KubernetesObject[] = synthesize(draw(local)).flatMap(({ objects }) => objects);

/** A copy of the {@link sound} objects, to be broken by one change. */
export class Broken {
  readonly objects: KubernetesObject[] = structuredClone([...sound]);

  // The parts of an object depend on its kind.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get(kind: string, name: string): any {
    return this.objects.find((object) => object.kind === kind && object.metadata.name === name);
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get canary(): any {
    return this.get('Rollout', 'ping-service').spec.strategy.canary;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get pingContainer(): any {
    return this.get('Rollout', 'ping-service').spec.template.spec.containers[0];
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get gate(): any {
    return this.get('AnalysisTemplate', 'ping-service-gate').spec;
  }

  remove(kind: string, name: string): void {
    this.objects.splice(this.objects.indexOf(this.get(kind, name)), 1);
  }
}
