import { join } from 'node:path';
import { App } from 'cdk8s';
import { namespaces, platformPorts, serviceUrl, systems } from './components.ts';
import { PingService } from './constructs/ping-service.ts';
import { Prometheus } from './constructs/prometheus.ts';
import { platformScrapeIntervalMs } from './constructs/prometheus-config.ts';
import type { Environment } from './environments/environment.ts';
import { local } from './environments/local.ts';
import { ManifestFile, syncWaves } from './synth/manifest-file.ts';
import { synthesize, writeManifests } from './synth/write-manifests.ts';

export function draw(environment: Environment): App {
  const { images, serviceLevel } = environment;
  const app = new App();
  const traces = {
    endpoint: serviceUrl(systems.tempo, platformPorts.tempoOtlpHttp),
    sampleRatio: environment.tempo.sampleRatio,
  };
  if (environment.prometheus.install) {
    new Prometheus(new ManifestFile(app, '30-prometheus', syncWaves.platform), {
      ...environment.prometheus,
      image: images.prometheus,
      serviceLevel,
      scrapes: [
        { job: 'workloads', namespace: namespaces.apps, intervalMs: serviceLevel.promise.lookIntervalMs },
        { job: 'observability', namespace: namespaces.observability, intervalMs: platformScrapeIntervalMs },
        {
          job: 'argo-rollouts',
          namespace: namespaces.controller,
          intervalMs: platformScrapeIntervalMs,
          honorLabels: true,
        },
      ],
    });
  }
  new PingService(new ManifestFile(app, '40-ping-service', syncWaves.workloads), {
    ...environment.pingService,
    image: images.pingService,
    traces,
    prometheus: serviceUrl(systems.prometheus, platformPorts.prometheus),
    serviceLevel,
  });
  return app;
}

if (import.meta.main) {
  writeManifests(join(import.meta.dirname, '../../../dist/manifests'), synthesize(draw(local)));
}
