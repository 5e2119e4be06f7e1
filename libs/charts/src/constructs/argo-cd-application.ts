import { podTemplateHashLabel } from '@observed-rollouts/contract';
import { Construct } from 'constructs';
import { recommendedLabels } from '../components.ts';
import type { Environment } from '../environments/environment.ts';
import { type Manifest, TypedObject } from '../synth/typed-object.ts';

/** The fields of an Argo CD Application that are used here; Argo CD's types are no dependency for one object. */
interface Application extends Manifest {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'Application';
  readonly spec: {
    readonly project: string;
    readonly source: { readonly repoURL: string; readonly targetRevision: string; readonly path: string };
    readonly destination: { readonly server: string };
    readonly syncPolicy: {
      readonly automated: { readonly prune: boolean; readonly selfHeal: boolean };
      readonly syncOptions: readonly string[];
      readonly retry: {
        readonly limit: number;
        readonly backoff: { readonly duration: string; readonly factor: number; readonly maxDuration: string };
      };
    };
    readonly ignoreDifferences: readonly {
      readonly group?: string;
      readonly kind: string;
      readonly jsonPointers: readonly string[];
    }[];
  };
}

const system = { name: 'observed-rollouts', namespace: 'argocd', component: 'delivery' };

/**
 * Everything under `dist/manifests` as one application; the order is in the objects' own annotations.
 *
 * Without `Replace` and without server-side apply for all: a Service's selector is one value, and applying it whole would take away what the
 * Rollouts controller adds. Only the definitions ask for server-side apply, by annotation.
 */
export class ArgoCdApplication extends Construct {
  constructor(scope: Construct, { url, revision }: Environment['repository']) {
    super(scope, 'application');
    new TypedObject<Application>(this, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: system.name, namespace: system.namespace, labels: recommendedLabels(system) },
      spec: {
        project: 'default',
        source: { repoURL: url, targetRevision: revision, path: 'dist/manifests' },
        destination: { server: 'https://kubernetes.default.svc' },
        syncPolicy: {
          // Nothing is pruned on its own: a file that vanishes by mistake must not take a namespace along.
          automated: { prune: false, selfHeal: true },
          syncOptions: ['CreateNamespace=false', 'RespectIgnoreDifferences=true', 'ApplyOutOfSyncOnly=true'],
          retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
        },
        ignoreDifferences: [
          // Written by the controller when a Rollout names canary and stable Services.
          { kind: 'Service', jsonPointers: [`/spec/selector/${podTemplateHashLabel}`] },
        ],
      },
    });
  }
}
