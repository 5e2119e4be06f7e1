import { pingerSettings, pingServiceSettings, ports, processSettings } from '@observed-rollouts/contract';

/** The specification's variable for the base address of the collector. */
const otlpEndpointVariable = 'OTEL_EXPORTER_OTLP_ENDPOINT';

export interface LocalAddresses {
  /** Loopback port of each named container port. */
  readonly localPorts: ReadonlyMap<string, number>;
  /** Base address of the OTLP/HTTP sink. */
  readonly otlpEndpoint: string;
}

/** What must differ from the manifest because every pod shares one host: where the process listens and where its spans go. */
export function localEnvironment({ localPorts, otlpEndpoint }: LocalAddresses): Record<string, string> {
  return {
    [processSettings.host.name]: '127.0.0.1',
    [processSettings.httpPort.name]: `${localPorts.get(ports.http.name)}`,
    [processSettings.metricsPort.name]: `${localPorts.get(ports.metrics.name)}`,
    ...collectorEnvironment(otlpEndpoint),
  };
}

/** Where a process sends its spans. */
export function collectorEnvironment(otlpEndpoint: string): Record<string, string> {
  return { [otlpEndpointVariable]: otlpEndpoint };
}

/** Makes the draws of a ping-service pod repeatable. */
export function seedEnvironment(seed: number): Record<string, string> {
  return { [pingServiceSettings.seed.name]: `${seed}` };
}

/** Points the pinger at the balancer; path and query of its own target stay. */
export function targetEnvironment(target: string, balancerPort: number): Record<string, string> {
  const url = new URL(target);
  url.protocol = 'http:';
  url.host = `127.0.0.1:${balancerPort}`;
  return { [pingerSettings.target.name]: url.href };
}

/** The pinger's target as its container declares it, or as it is by default. */
export function declaredTarget(environment: Readonly<Record<string, string>>): string {
  return environment[pingerSettings.target.name] ?? pingerSettings.target.default;
}
