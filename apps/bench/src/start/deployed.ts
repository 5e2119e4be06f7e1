import { workloads } from '@observed-rollouts/contract';
import { manifestOf } from '../harness/manifests.ts';

/** How the manifests start ping-service. */
export interface Deployed {
  /** Arguments of Node, relative to the workspace's root. */
  readonly nodeArguments: readonly string[];
  /** Variables that Node and the C library read, which decide about the memory of any program. */
  readonly runtimeEnv: Readonly<Record<string, string>>;
  readonly sampler: string;
  /** 0 to 1. */
  readonly sampleRatio: number;
}

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly limits: { readonly memory: string } };
}

interface PodTemplate {
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
}

/** Reads it from the synthesized manifests. Errors: throws when ping-service isn't as expected there. */
export function deployedPingService(): Deployed {
  const { spec } = manifestOf('Rollout', workloads.pingService);
  const container = (spec as unknown as PodTemplate).template.spec.containers.find(
    ({ name }) => name === workloads.pingService,
  );
  if (container === undefined) throw new Error(`Rollout ${workloads.pingService}: found no container of that name`);
  const valueOf = (variable: string) => container.env.find(({ name }) => name === variable)?.value ?? '';
  return {
    nodeArguments: container.command.slice(1),
    runtimeEnv: runtimeEnvOf(container),
    sampler: valueOf('OTEL_TRACES_SAMPLER'),
    sampleRatio: Number(valueOf('OTEL_TRACES_SAMPLER_ARG')),
  };
}

function runtimeEnvOf({ env, resources }: Container): Record<string, string> {
  const read = env.filter(({ name }) => /^(NODE|MALLOC)_/.test(name));
  return Object.fromEntries(read.map(({ name, value = '' }) => [name, withHeapOf(resources.limits.memory, value)]));
}

const percentageOption = /--max-old-space-size-percentage=(\d+)/;

/** The heap that Node gives itself in a container of this size; outside of one a percentage would be of the whole machine. */
export function withHeapOf(memory: string, nodeOptions: string): string {
  const mebibytes = /^(\d+)Mi$/.exec(memory)?.[1];
  if (mebibytes === undefined) throw new Error(`limits.memory: got ${memory}, expected mebibytes, e.g. 256Mi`);
  return nodeOptions.replace(
    percentageOption,
    (_, percentage: string) => `--max-old-space-size=${Math.floor((Number(mebibytes) * Number(percentage)) / 100)}`,
  );
}
