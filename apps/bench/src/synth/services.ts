import { App, local, ManifestFile, PingService, syncWaves } from '@observed-rollouts/charts/constructs';
import { serviceLevelFor } from '@observed-rollouts/slo/release';

/** Services share namespaces, as they do in a cluster. */
const servicesPerNamespace = 10;

/** An app of that many services, a file for each: ping-service with a name, a namespace and a service level of its own. */
export function drawServices(count: number, folder?: string): App {
  const app = new App({ ...(folder !== undefined && { outdir: folder }), outputFileExtension: '.yaml' });
  for (let index = 0; index < count; index++) {
    const name = `service-${index}`;
    new PingService(new ManifestFile(app, name, syncWaves.workloads), {
      ...local.pingService,
      system: { name, namespace: `team-${Math.floor(index / servicesPerNamespace)}`, component: 'service' },
      image: local.images.pingService,
      traces: { endpoint: 'http://tempo.observability.svc:4318', sampleRatio: local.tempo.sampleRatio },
      prometheus: 'http://prometheus.observability.svc:9090',
      serviceLevel: serviceLevelFor(name, local.serviceLevel),
    });
  }
  return app;
}
