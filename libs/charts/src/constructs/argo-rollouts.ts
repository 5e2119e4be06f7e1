import type { Construct } from 'constructs';
import type { IClusterRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole';
import type { IClusterRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding';
import type { IPolicyRule } from 'kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule';
import type { IRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import type { IRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { platformPorts, systems } from '../components.ts';
import type { Resources } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { TypedObject } from '../synth/typed-object.ts';
import { restrictedPod } from './restricted-pod.ts';
import { System } from './system.ts';
import { apiServerToken, scratch } from './volumes.ts';

export interface ArgoRolloutsProps {
  readonly image: Image;
  readonly resources: Resources;
}

const rbacGroup = 'rbac.authorization.k8s.io';

/**
 * What the controller may do in any namespace: the informers that it waits for, and canary releases judged by Prometheus.
 *
 * Left out of the upstream role: meshes and ingress controllers, Deployments by reference, Jobs as metrics, Secrets as arguments.
 * `get` on pods is added: the controller reads a pod again after a conflict.
 */
const clusterRules: IPolicyRule[] = [
  rule(
    'argoproj.io',
    ['rollouts', 'rollouts/status', 'rollouts/finalizers'],
    ['get', 'list', 'watch', 'update', 'patch'],
  ),
  rule(
    'argoproj.io',
    ['analysisruns', 'analysisruns/finalizers', 'experiments', 'experiments/finalizers'],
    ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  ),
  rule('argoproj.io', ['analysistemplates', 'clusteranalysistemplates'], ['get', 'list', 'watch']),
  rule('apps', ['replicasets'], ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete']),
  rule('', ['services'], ['get', 'list', 'watch', 'patch']),
  rule('', ['pods'], ['get', 'list', 'watch', 'update']),
  rule('', ['pods/eviction'], ['create']),
  rule('', ['events'], ['create', 'update', 'patch']),
  // Only to fill the caches without which the controller never starts to work.
  rule('networking.k8s.io', ['ingresses'], ['get', 'list', 'watch']),
  rule('batch', ['jobs'], ['list', 'watch']),
];

/** What it may do in its own namespace: its lease, and the configuration of its notifications. */
const ownNamespaceRules: IPolicyRule[] = [
  rule('coordination.k8s.io', ['leases'], ['create', 'get', 'update']),
  rule('', ['configmaps', 'secrets'], ['get', 'list', 'watch']),
];

function rule(apiGroup: string, resources: string[], verbs: string[]): IPolicyRule {
  return { apiGroups: [apiGroup], resources, verbs };
}

/** The Argo Rollouts controller for all namespaces, one replica with leader election, so that an update never runs two. */
export class ArgoRollouts extends System {
  constructor(scope: Construct, props: ArgoRolloutsProps) {
    super(scope, systems.argoRollouts);
    this.addServiceAccount();
    this.addClusterPermissions();
    this.addOwnPermissions();
    this.addService([platformPorts.argoRollouts]);
    this.addController(props);
  }

  private get subjects(): { kind: string; name: string; namespace: string }[] {
    return [{ kind: 'ServiceAccount', name: this.identity.name, namespace: this.identity.namespace }];
  }

  private addClusterPermissions(): void {
    const { namespace: _, ...metadata } = this.metadata();
    new TypedObject<IClusterRole>(this, {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'ClusterRole',
      metadata,
      rules: clusterRules,
    });
    new TypedObject<IClusterRoleBinding>(this, {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: metadata.name },
      subjects: this.subjects,
    });
  }

  private addOwnPermissions(): void {
    const metadata = this.metadata();
    new TypedObject<IRole>(this, {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'Role',
      metadata,
      rules: ownNamespaceRules,
    });
    new TypedObject<IRoleBinding>(this, {
      apiVersion: `${rbacGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbacGroup, kind: 'Role', name: metadata.name },
      subjects: this.subjects,
    });
  }

  private addController({ image, resources }: ArgoRolloutsProps): void {
    const { argoRollouts: metrics, argoRolloutsHealth: health } = platformPorts;
    const alive = { httpGet: { path: '/healthz', port: health.name } };
    const pod = restrictedPod({
      system: this.identity,
      image,
      resources,
      args: [
        '--loglevel=info',
        '--logformat=json',
        `--metricsPort=${metrics.number}`,
        `--healthzPort=${health.number}`,
        '--leader-elect=true',
      ],
      env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
      ports: [metrics, health].map(({ name, number }) => ({ name, containerPort: number, protocol: 'TCP' })),
      // No readiness probe: /healthz always answers 200, before the caches are filled and without the lease; it proves a live process, no more.
      startupProbe: { ...alive, periodSeconds: 2, failureThreshold: 60 },
      livenessProbe: { ...alive, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 3 },
      mounts: [scratch('tmp', '/tmp', 32), scratch('plugins', '/home/argo-rollouts/plugin-bin', 128), apiServerToken()],
      terminationGracePeriodSeconds: 30,
    });
    this.addDeployment(pod);
  }
}
