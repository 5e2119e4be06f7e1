import {
  applyEnvironment,
  formatDuration,
  nameLabel,
  pingerSettings,
  ports,
  probes,
  toWholeSeconds,
  versionLabel,
  workloads,
} from '@observed-rollouts/contract';
import {
  analysisArguments,
  type AnalysisMetric,
  releaseAnalysis,
  releaseDwellMs,
  releaseSteps,
  type ReleaseStep,
} from '@observed-rollouts/slo';
import type { PodTemplate } from '../controller/rollout-schema.ts';
import { type KubernetesObject, type ManifestObject, Manifests } from '../manifests/manifests.ts';
import type { OwnService } from './service-file.ts';
import type { ServiceVersion } from './versions.ts';

/** Namespace of the pods of an own service: apart from the pinger's, because their metrics may have another path. */
export const ownNamespace = 'own-service';

/** A cluster's; a rehearsal asks its own Prometheus. */
const prometheusAddress = 'http://prometheus:9090';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The manifests of an own service: its Rollout and analysis in the place of ping-service's, and the pinger aimed at it. All that a service file
 * doesn't say is as in the workspace's manifests: surge, deadlines, where the watch starts, Prometheus.
 */
export function ownManifests(service: OwnService, base: Manifests): Manifests {
  const replaced = new Set(['Rollout', 'AnalysisTemplate']);
  const rollout = base.get('Rollout', workloads.pingService);
  const pinger = base.get('Deployment', workloads.pinger);
  const kept = base.objects.filter((found) => !replaced.has(found.object.kind) && found !== pinger);
  const own = [...analysisTemplates(service), rolloutOf(service, rollout.object)];
  return new Manifests(base.folder, [
    ...kept,
    { ...pinger, object: pingerOf(service, pinger.object) },
    ...own.map((object): ManifestObject => ({ file: service.file, object })),
  ]);
}

/** The pod template of one version. */
export function podTemplate(service: OwnService, name: 'stable' | 'candidate'): PodTemplate {
  const { settings } = service;
  return {
    metadata: { labels: { [nameLabel]: settings.name, [versionLabel]: name } },
    spec: {
      terminationGracePeriodSeconds: toWholeSeconds(settings.terminationGracePeriod),
      containers: [container(service, service[name])],
    },
  };
}

function container({ settings }: OwnService, { command, environment, workingDirectory }: ServiceVersion) {
  const { http, metrics } = ports;
  const metricsPort = settings.metrics.port === 'http' && settings.readiness.port === 'http' ? http : metrics;
  const { path: _path, ...probe } = probes.readiness;
  return {
    name: settings.name,
    command,
    workingDir: workingDirectory,
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    ports: [
      { name: http.name, containerPort: http.number },
      { name: metrics.name, containerPort: metricsPort.number },
    ],
    readinessProbe: {
      ...probe,
      httpGet: { path: settings.readiness.path, port: ports[settings.readiness.port].name },
    },
  };
}

function rolloutOf(service: OwnService, base: KubernetesObject): KubernetesObject {
  const { settings, level } = service;
  const spec = base['spec'] as Fields;
  const { canary } = spec['strategy'] as { canary: Fields & { analysis: Fields } };
  const { templates: _templates, startingStep, ...analysis } = canary.analysis;
  const step = (part: ReleaseStep): Fields => {
    switch (part.kind) {
      case 'weight':
        return { setWeight: part.percent };
      case 'gate':
        return { analysis: { ...analysis, templates: [{ templateName: gateOf(service) }] } };
      case 'dwell':
        return { pause: { duration: formatDuration(part.milliseconds) } };
    }
  };
  return {
    kind: 'Rollout',
    metadata: { name: settings.name, namespace: ownNamespace },
    spec: {
      ...spec,
      replicas: settings.replicas,
      selector: {},
      template: podTemplate(service, 'stable'),
      strategy: {
        canary: {
          ...canary,
          analysis: { ...analysis, startingStep, templates: [{ templateName: watchOf(service) }] },
          steps: releaseSteps(level.traffic.weights, releaseDwellMs(level)).map(step),
        },
      },
    },
  };
}

function analysisTemplates(service: OwnService): readonly KubernetesObject[] {
  const { gate, watch } = releaseAnalysis(service.level);
  return [analysisTemplate(gateOf(service), gate), analysisTemplate(watchOf(service), watch)];
}

function analysisTemplate(name: string, metrics: readonly AnalysisMetric[]): KubernetesObject {
  return {
    kind: 'AnalysisTemplate',
    metadata: { name, namespace: ownNamespace },
    spec: {
      args: Object.values(analysisArguments).map((argument) => ({ name: argument.name })),
      metrics: metrics.map(({ query, ...metric }) => ({
        ...metric,
        provider: { prometheus: { address: prometheusAddress, query } },
      })),
    },
  };
}

function pingerOf({ settings }: OwnService, base: KubernetesObject): KubernetesObject {
  const { request, rate } = settings;
  const inFlight = Math.max(Number(pingerSettings.maxInFlight.default), Math.ceil((rate * request.timeout) / 1000));
  const environment = {
    [pingerSettings.target.name]: `http://${settings.name}${request.path}`,
    [pingerSettings.method.name]: request.method,
    [pingerSettings.headers.name]: JSON.stringify(request.headers),
    ...(request.body === undefined ? {} : { [pingerSettings.body.name]: request.body }),
    [pingerSettings.ratePerSecond.name]: `${rate}`,
    [pingerSettings.timeoutMs.name]: formatDuration(request.timeout),
    [pingerSettings.maxInFlight.name]: `${inFlight}`,
  };
  const spec = base['spec'] as Fields & { template: PodTemplate };
  return { ...base, spec: { ...spec, template: applyEnvironment(spec.template, environment) } };
}

function gateOf({ settings }: OwnService): string {
  return `${settings.name}-gate`;
}

function watchOf({ settings }: OwnService): string {
  return `${settings.name}-watch`;
}
