import type { IAnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate';
import type { ICanaryStep } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/CanaryStep';
import type { IRollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout';
import {
  formatDuration,
  formatLatencyShare,
  type LatencyMix,
  pingServiceSettings,
  ports,
  workloads,
} from '@observed-rollouts/contract';
import {
  analysisArguments,
  type AnalysisMetric,
  pingMetric,
  releaseAnalysis,
  releaseDwellMs,
  releaseSteps,
  type ReleaseStep,
  type ServiceLevel,
} from '@observed-rollouts/slo/release';
import type { Construct } from 'constructs';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { selectorLabels, type SystemIdentity, systems } from '../components.ts';
import type { PingServiceOptions } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { syncWaves } from '../synth/manifest-file.ts';
import { TypedObject } from '../synth/typed-object.ts';
import { System } from './system.ts';
import { setting, settingProblems, type TraceExport, workloadPod } from './workload-pod.ts';

export interface PingServiceProps extends PingServiceOptions {
  /**
   * What it is called in the cluster: one program may run as several services.
   * @default the picture's ping-service
   */
  readonly system?: SystemIdentity;
  readonly image: Image;
  readonly traces: TraceExport;
  /** URL of the Prometheus that judges releases. */
  readonly prometheus: string;
  /** Its objectives count the answers of this very service. */
  readonly serviceLevel: ServiceLevel;
}

/** Seconds that a release may make no progress before it is aborted: pods start within a few, slow image pulls and busy nodes included. */
const progressDeadlineSeconds = 300;

/** Index of the step from which the watch looks: the gate's, when the canary's first pod is available. */
const watchFromStep = 1;

/**
 * ping-service as a canary Rollout: the release gate judges its first weight, the watch every weight.
 *
 * One Service reaches every pod, canary and stable in proportion to their number: that is the traffic split. Canary and stable Services would
 * add selectors that the controller rewrites, and nothing here would call them: the versions are told apart by their hash.
 */
export class PingService extends System {
  /** Names of the analysis templates: the gate judges the first weight, the watch every weight. */
  private readonly templates: { readonly gate: string; readonly watch: string };

  constructor(scope: Construct, props: PingServiceProps) {
    super(scope, props.system ?? systems.pingService);
    const { name } = this.identity;
    this.templates = { gate: `${name}-gate`, watch: `${name}-watch` };
    this.node.addValidation({ validate: () => judgedServiceProblems(name, props.serviceLevel) });
    this.addServiceAccount();
    this.addService([ports.http]);
    this.addDisruptionBudget();
    const { gate, watch } = releaseAnalysis(props.serviceLevel);
    this.addAnalysis(this.templates.gate, gate, props.prometheus);
    this.addAnalysis(this.templates.watch, watch, props.prometheus);
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

  private addAnalysis(name: string, metrics: readonly AnalysisMetric[], prometheus: string): void {
    new TypedObject<IAnalysisTemplate>(this, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: {
        ...this.metadata(name),
        annotations: { ...waitForDefinition, 'argocd.argoproj.io/sync-wave': `${syncWaves.platform}` },
      },
      spec: {
        args: Object.values(analysisArguments).map(({ name }) => ({ name })),
        metrics: metrics.map(({ query, ...metric }) => ({
          ...metric,
          provider: { prometheus: { address: prometheus, query } },
        })),
      },
    });
  }

  private addRollout({ initial, image, resources, traces, serviceLevel }: PingServiceProps): void {
    const { replicas, weights } = serviceLevel.traffic;
    const steps = releaseSteps(weights, releaseDwellMs(serviceLevel)).map((step) =>
      canaryStep(step, this.templates.gate),
    );
    const env = [
      setting(pingServiceSettings.latencyMix, formatLatencyMix(initial.latency)),
      setting(pingServiceSettings.successPercent, initial.successPercent),
    ];
    const declared = [setting(pingServiceSettings.version, initial.version), ...env];
    this.node.addValidation({
      validate: () => settingProblems(this.identity, pingServiceSettings, declared),
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
            analysis: { ...analysisOf(this.templates.watch), startingStep: watchFromStep },
            steps,
          },
        },
        template: workloadPod({
          system: this.identity,
          workload: workloads.pingService,
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

/** A gate that counts another service's answers would never see a canary of this one: every release would pause. */
function judgedServiceProblems(name: string, { objectives }: ServiceLevel): string[] {
  return objectives.flatMap(({ name: objective, indicator: { metric: { service } = pingMetric } }) =>
    service === name
      ? []
      : [
          `${name}: ${objective}: counts the answers of ${service}, expected its own; take serviceLevelFor("${name}", …)`,
        ],
  );
}

/** On a first sync Argo CD can't try out an object whose definition comes with it. */
const waitForDefinition = { 'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true' };

function canaryStep(step: ReleaseStep, gateTemplate: string): ICanaryStep {
  switch (step.kind) {
    case 'weight':
      return { setWeight: step.percent };
    case 'gate':
      return { analysis: analysisOf(gateTemplate) };
    case 'dwell':
      return { pause: { duration: formatDuration(step.milliseconds) } };
  }
}

function analysisOf(templateName: string) {
  return {
    templates: [{ templateName }],
    args: Object.values(analysisArguments).map(({ name, from }) => ({ name, valueFrom: argumentSource(from) })),
  };
}

type ArgumentSource = (typeof analysisArguments)[keyof typeof analysisArguments]['from'];

function argumentSource(from: ArgumentSource): { fieldRef: { fieldPath: string } } | { podTemplateHashValue: string } {
  return 'fieldRef' in from ? { fieldRef: { fieldPath: from.fieldRef } } : from;
}

function formatLatencyMix(mix: LatencyMix): string {
  return mix.map(formatLatencyShare).join(',');
}
