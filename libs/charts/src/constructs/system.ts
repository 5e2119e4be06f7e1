import { Construct } from 'constructs';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { recommendedLabels, selectorLabels, type SystemIdentity } from '../components.ts';
import { TypedObject } from '../synth/typed-object.ts';

export interface NamedPort {
  readonly name: string;
  readonly number: number;
}

/** One system of the picture; what every system needs beside its workload comes from here. */
export abstract class System extends Construct {
  readonly identity: SystemIdentity;

  constructor(scope: Construct, identity: SystemIdentity) {
    super(scope, identity.name);
    this.identity = identity;
  }

  /** Metadata of an object of this system; the name is the system's own unless another is given. */
  protected metadata(name = this.identity.name): { name: string; namespace: string; labels: Record<string, string> } {
    return { name, namespace: this.identity.namespace, labels: recommendedLabels(this.identity) };
  }

  /** An account of its own, without a token: whoever needs one mounts it. */
  protected addServiceAccount(): TypedObject<IServiceAccount> {
    return new TypedObject<IServiceAccount>(this, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: this.metadata(),
      automountServiceAccountToken: false,
    });
  }

  /** A Service inside the cluster on the pods' named ports, under the same numbers. */
  protected addService(ports: readonly NamedPort[]): TypedObject<IService> {
    return new TypedObject<IService>(this, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata(),
      spec: {
        type: 'ClusterIP',
        selector: selectorLabels(this.identity),
        ports: ports.map(({ name, number }) => ({ name, port: number, targetPort: name, protocol: 'TCP' })),
      },
    });
  }

  /** The system's only pod, replaced and never rolled: two of it at a time would do its work twice. Annotations are the Deployment's own. */
  protected addDeployment(
    template: IPodTemplateSpec,
    annotations?: Readonly<Record<string, string>>,
  ): TypedObject<IDeployment> {
    return new TypedObject<IDeployment>(this, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...this.metadata(), ...(annotations !== undefined && { annotations }) },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorLabels(this.identity) },
        template,
      },
    });
  }

  /** The system's only pod, whose data outlive it in the volumes that it claims: without claims they end with it. */
  protected addStatefulSet(
    template: IPodTemplateSpec,
    claims: readonly IPersistentVolumeClaim[],
  ): TypedObject<IStatefulSet> {
    return new TypedObject<IStatefulSet>(this, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: this.metadata(),
      spec: {
        serviceName: this.identity.name,
        replicas: 1,
        selector: { matchLabels: selectorLabels(this.identity) },
        template,
        ...(claims.length > 0 && { volumeClaimTemplates: [...claims] }),
      },
    });
  }
}
