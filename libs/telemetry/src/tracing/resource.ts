import { processSettings, startCommands, workloads } from '@observed-rollouts/contract';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  type ResourceDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';

/** The detectors that look at nothing but this machine, by their name in the variable. */
const localDetectors: Readonly<Record<string, ResourceDetector>> = {
  env: envDetector,
  host: hostDetector,
  os: osDetector,
  process: processDetector,
  serviceinstance: serviceInstanceIdDetector,
};

/** What the process knows about itself, then what the detectors of `OTEL_NODE_RESOURCE_DETECTORS` find; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win. */
export async function createResource(): Promise<Resource> {
  return defaultResource()
    .merge(ownResource())
    .merge(detectResources({ detectors: await detectorsFromEnvironment() }));
}

async function detectorsFromEnvironment(): Promise<ResourceDetector[]> {
  const names = (process.env['OTEL_NODE_RESOURCE_DETECTORS'] ?? 'all').split(',');
  if (names.every((name) => Object.hasOwn(localDetectors, name))) {
    return names.map((name) => localDetectors[name] as ResourceDetector);
  }
  // Those of clouds and containers, `all`, `none`, and the complaint about a name that none has.
  const { getResourceDetectors } = await import('@opentelemetry/auto-instrumentations-node');
  return getResourceDetectors();
}

function ownResource(): Resource {
  const program = process.argv[1] ?? '';
  const workload = Object.values(workloads).find((name) => program.endsWith(startCommands[name].at(-1) as string));
  const version = process.env[processSettings.version.name] || processSettings.version.default;
  return resourceFromAttributes({
    'service.version': version,
    ...(workload === undefined ? {} : { 'service.name': workload }),
  });
}
