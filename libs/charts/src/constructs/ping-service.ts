import type { IAnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate';
import type { ICanaryStep } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/CanaryStep';
import type { IRollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout';
import { formatLatencyShare, type LatencyMix, pingServiceSettings, ports } from '@observed-rollouts/contract';
import { gateArguments, releaseGate, type ServiceLevel } from '@observed-rollouts/slo';
import type { Construct } from 'constructs';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { selectorLabels, systems } from '../components.ts';
import type { PingServiceOptions } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { syncWaves } from '../synth/manifest-file.ts';
import { TypedObject } from '../synth/typed-object.ts';
import { System } from './system.ts';
import { setting, settingProblems, type TraceExport, workloadPod } from './workload-pod.ts';

export interface PingServiceProps extends PingServiceOptions {
  readonly image: Image;
  readonly traces: TraceExport;
  /** URL of the Prometheus that judges releases. */
  readonly prometheus: string;
  readonly serviceLevel: ServiceLevel;
}

/** Seconds that a release may make no progress before it is aborted: pods start within a few, slow image pulls and busy nodes included. */
const progressDeadlineSeconds = 300;

/** Name of the analysis template that judges the canary. */
export const gateTemplate = `${systems.pingService.name}-gate`;

/**
 * ping-service as a canary Rollout whose first weight is judged by the release gate.
 *
 * One Service reaches every pod, canary and stable in proportion to their number: that is the traffic split. Canary and stable Services would
 * add selectors that the controller rewrites, and nothing here would call them: the versions are told apart by their hash.
 */
export class PingService extends System {
  constructor(scope: Construct, props: PingServiceProps) {
    super(scope, systems.pingService);
    this.addServiceAccount();
    this.addService([ports.http]);
    this.addDisruptionBudget();
    this.addGate(props);
    this.addRollout(props);
  }

  /** Lets nodes be drained one pod at a time, also when the pod is broken. The systems of one pod have none: it would allow everything. */
  private addDisruptionBudget(): void {
    new TypedObject<IPodDisruptionBudget>(this, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: this.metadata(),
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: selectorLabels(this.identity) },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }

  private addGate({ serviceLevel, prometheus }: PingServiceProps): void {
    new TypedObject<IAnalysisTemplate>(this, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: {
        ...this.metadata(gateTemplate),
        annotations: { ...waitForDefinition, 'argocd.argoproj.io/sync-wave': `${syncWaves.platform}` },
      },
      spec: {
        args: Object.values(gateArguments).map(({ name }) => ({ name })),
        metrics: releaseGate(serviceLevel).map(({ query, ...metric }) => ({
          ...metric,
          provider: { prometheus: { address: prometheus, query } },
        })),
      },
    });
  }

  private addRollout({ replicas, weights, initial, image, resources, traces }: PingServiceProps): void {
    const { setWeight, analysis, later } = stepsOf(weights);
    const env = [
      setting(pingServiceSettings.latencyMix, formatLatencyMix(initial.latency)),
      setting(pingServiceSettings.successPercent, initial.successPercent),
    ];
    const declared = [setting(pingServiceSettings.version, initial.version), ...env];
    this.node.addValidation({
      validate: () => settingProblems(systems.pingService.name, pingServiceSettings, declared),
    });
    new TypedObject<IRollout>(this, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { ...this.metadata(), annotations: waitForDefinition },
      spec: {
        replicas,
        revisionHistoryLimit: 3,
        minReadySeconds: 1,
        progressDeadlineSeconds,
        progressDeadlineAbort: true,
        analysis: { successfulRunHistoryLimit: 5, unsuccessfulRunHistoryLimit: 5 },
        selector: { matchLabels: selectorLabels(this.identity) },
        strategy: {
          canary: {
            // Integers: Argo Rollouts reads any string as a percentage. The canary comes first, so that capacity never dips.
            maxSurge: 1,
            maxUnavailable: 0,
            steps: [setWeight, analysis, ...later],
          },
        },
        template: workloadPod({
          system: systems.pingService,
          image,
          resources,
          version: initial.version,
          traces,
          env,
          ownedByRollout: true,
          spread: true,
        }),
      },
    });
  }
}

/** On a first sync Argo CD can't try out an object whose definition comes with it. */
const waitForDefinition = { 'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true' };

function stepsOf([first, ...rest]: PingServiceOptions['weights']): {
  setWeight: ICanaryStep;
  analysis: ICanaryStep;
  later: ICanaryStep[];
} {
  return {
    setWeight: { setWeight: first },
    analysis: {
      analysis: {
        templates: [{ templateName: gateTemplate }],
        args: Object.values(gateArguments).map(({ name, from }) => ({ name, valueFrom: argumentSource(from) })),
      },
    },
    later: rest.map((weight) => ({ setWeight: weight })),
  };
}

type ArgumentSource = (typeof gateArguments)[keyof typeof gateArguments]['from'];

function argumentSource(from: ArgumentSource): { fieldRef: { fieldPath: string } } | { podTemplateHashValue: string } {
  return 'fieldRef' in from ? { fieldRef: { fieldPath: from.fieldRef } } : from;
}

function formatLatencyMix(mix: LatencyMix): string {
  return mix.map(formatLatencyShare).join(',');
}
