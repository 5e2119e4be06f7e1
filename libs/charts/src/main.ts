import { join } from 'node:path';
import { pingerSettings, platformServices } from '@observed-rollouts/contract';
import { releaseWarnings, type WatchedPlatform } from '@observed-rollouts/slo';
import { App } from 'cdk8s';
import { namespaces, platformPorts, serviceUrl, systems } from './components.ts';
import { ManifestError } from './checks/check-manifests.ts';
import { Alertmanager } from './constructs/alertmanager.ts';
import { ArgoCdApplication } from './constructs/argo-cd-application.ts';
import { ArgoRolloutsCrds } from './constructs/argo-rollouts-crds.ts';
import { ArgoRollouts } from './constructs/argo-rollouts.ts';
import { Grafana } from './constructs/grafana.ts';
import { Namespaces } from './constructs/namespaces.ts';
import { PingService } from './constructs/ping-service.ts';
import { Pinger } from './constructs/pinger.ts';
import { type PodScrape, platformScrapeIntervalMs } from './constructs/prometheus-config.ts';
import { Prometheus } from './constructs/prometheus.ts';
import { Tempo } from './constructs/tempo.ts';
import { dashboards } from './dashboards/dashboards.ts';
import type { Environment } from './environments/environment.ts';
import { local } from './environments/local.ts';
import { ManifestFile, syncWaves } from './synth/manifest-file.ts';
import { synthesize, writeManifests } from './synth/write-manifests.ts';

/** The picture of docs/architecture.md for one environment: each system is one construct in one file. */
export function draw(environment: Environment): App {
  const { images, serviceLevel, argoRollouts, prometheus, alertmanager, tempo, grafana, pingService, pinger } =
    environment;
  const app = new App();
  app.node.addValidation({ validate: () => recordingProblems(environment) });
  const file = (name: string, wave: ManifestFile['wave']) => new ManifestFile(app, name, wave);

  const prometheusUrl = prometheus.install ? serviceUrl(systems.prometheus, platformPorts.prometheus) : prometheus.url;
  const alertmanagerUrl = alertmanager.install
    ? serviceUrl(systems.alertmanager, platformPorts.alertmanager)
    : alertmanager.url;
  const traces = {
    endpoint: serviceUrl(systems.tempo, platformPorts.tempoOtlpHttp),
    sampleRatio: tempo.sampleRatio,
  };

  new Namespaces(file('01-namespaces', syncWaves.definitions), [
    ...(argoRollouts.install ? [namespaces.controller] : []),
    namespaces.observability,
    namespaces.apps,
  ]);

  if (argoRollouts.install) {
    new ArgoRolloutsCrds(file('00-crds', syncWaves.definitions));
    new ArgoRollouts(file('20-argo-rollouts', syncWaves.controller), { image: images.argoRollouts, ...argoRollouts });
  }

  if (prometheus.install) {
    new Prometheus(file('30-prometheus', syncWaves.platform), {
      image: images.prometheus,
      ...prometheus,
      serviceLevel,
      scrapes: scrapes(environment),
      platform: watchedPlatform(environment),
      alertmanager: alertmanagerUrl,
      runbookUrl: environment.runbookUrl,
    });
  }
  new Tempo(file('31-tempo', syncWaves.platform), { image: images.tempo, ...tempo, prometheus: prometheusUrl });
  if (grafana.install) {
    new Grafana(file('32-grafana', syncWaves.platform), {
      image: images.grafana,
      ...grafana,
      dataSources: {
        prometheusUrl,
        tempoUrl: serviceUrl(systems.tempo, platformPorts.tempo),
        scrapeIntervalMs: serviceLevel.promise.lookIntervalMs,
      },
      dashboards: dashboards(serviceLevel, environment.runbookUrl),
    });
  }

  if (alertmanager.install) {
    new Alertmanager(file('33-alertmanager', syncWaves.platform), { image: images.alertmanager, ...alertmanager });
  }

  new PingService(file('40-ping-service', syncWaves.workloads), {
    image: images.pingService,
    ...pingService,
    traces,
    prometheus: prometheusUrl,
    serviceLevel,
  });
  new Pinger(file('41-pinger', syncWaves.workloads), {
    image: images.pinger,
    ...pinger,
    ratePerSecond: serviceLevel.traffic.pingsPerSecond,
    version: images.pinger.tag,
    traces,
    target: pingerSettings.target.default,
  });
  return app;
}

/** Rules go to the Prometheus that these manifests install: with another one, nothing would be recorded and every release would pause. */
function recordingProblems({ name, serviceLevel, prometheus }: Environment): string[] {
  if (serviceLevel.countedFrom !== 'recordings' || prometheus.install) return [];
  return [
    `${name}: serviceLevel.countedFrom: got recordings for the Prometheus at ${prometheus.url}, which gets no rules from here; ` +
      'expected counters, or prometheus.install',
  ];
}

/** What Prometheus scrapes: the workloads as often as the gate looks, the platform less often. */
function scrapes({ serviceLevel, argoRollouts }: Environment): PodScrape[] {
  const { lookIntervalMs } = serviceLevel.promise;
  const controllerNamespace = argoRollouts.install ? namespaces.controller : argoRollouts.namespace;
  return [
    { job: 'workloads', namespace: namespaces.apps, intervalMs: lookIntervalMs },
    { job: 'observability', namespace: namespaces.observability, intervalMs: platformScrapeIntervalMs },
    // The controller's metrics say which namespace they are about: that label is theirs.
    { job: 'argo-rollouts', namespace: controllerNamespace, intervalMs: platformScrapeIntervalMs, honorLabels: true },
  ];
}

/** The systems whose absence is an alert: those that are scraped. */
function watchedPlatform({ alertmanager, grafana, tempo }: Environment): WatchedPlatform {
  return {
    systems: [
      platformServices.prometheus,
      ...(alertmanager.install ? [platformServices.alertmanager] : []),
      platformServices.tempo,
      ...(grafana.install ? [platformServices.grafana] : []),
      platformServices.argoRollouts,
    ],
    alertsAreTold: alertmanager.install || alertmanager.url !== undefined,
    traceSampleRatio: tempo.sampleRatio,
  };
}

/** The Argo CD application that applies the picture from Git; apart, since a cluster without Argo CD would refuse it. */
export function drawApplication({ repository }: Environment): App {
  const app = new App();
  new ArgoCdApplication(new ManifestFile(app, 'application'), repository);
  return app;
}

if (import.meta.main) {
  for (const warning of releaseWarnings(local.serviceLevel)) console.warn(`warning: ${warning}`);
  const dist = join(import.meta.dirname, '../../../dist');
  try {
    writeManifests(join(dist, 'manifests'), synthesize(draw(local)));
    writeManifests(join(dist, 'argocd'), synthesize(drawApplication(local)));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
