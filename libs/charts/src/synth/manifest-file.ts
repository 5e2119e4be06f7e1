import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/** Argo CD applies waves in ascending order and waits until each is healthy. */
export const syncWaves = { definitions: -3, controller: -2, platform: -1, workloads: 0 } as const;
export type SyncWave = (typeof syncWaves)[keyof typeof syncWaves];

/** One file of the synthesized manifests; its id is the file's name without `.yaml`, its objects come out in the order of their construction. */
export class ManifestFile extends Chart {
  /** Wave of the file's objects that don't name one of their own; absent where Argo CD isn't the one who applies. */
  readonly wave: SyncWave | undefined;

  constructor(scope: Construct, id: string, wave?: SyncWave) {
    super(scope, id, { disableResourceNameHashes: true });
    this.wave = wave;
  }
}
