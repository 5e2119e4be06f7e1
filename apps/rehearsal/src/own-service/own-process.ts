import { ports } from '@observed-rollouts/contract';
import type { Container } from '../cluster/container.ts';
import { collectorEnvironment, type LocalAddresses } from '../cluster/local-environment.ts';
import type { ProcessSpec } from '../cluster/managed-process.ts';
import { portPlaceholders } from './versions.ts';

/** Variables that many programs take their port from; one that the file declares wins. */
const portVariables = { [ports.http.name]: 'PORT', [ports.metrics.name]: 'METRICS_PORT' } as const;

/** The process of a pod of an own service: its command and variables with the ports filled in, in its folder. */
export function ownProcess(
  { command, env = [], workingDir = '.' }: Container,
  { localPorts, otlpEndpoint }: LocalAddresses,
): Omit<ProcessSpec, 'name'> {
  const filledIn = (text: string) =>
    Object.entries(portPlaceholders).reduce(
      (filled, [name, placeholder]) => filled.replaceAll(placeholder, `${localPorts.get(name)}`),
      text,
    );
  const given = Object.entries(portVariables).map(([name, variable]) => [variable, `${localPorts.get(name)}`] as const);
  const declared = env.map(({ name, value = '' }) => [name, filledIn(value)] as const);
  return {
    command: command.map(filledIn),
    env: { ...Object.fromEntries(given), ...collectorEnvironment(otlpEndpoint), ...Object.fromEntries(declared) },
    cwd: workingDir,
  };
}
