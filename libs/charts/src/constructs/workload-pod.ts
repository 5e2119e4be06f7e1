import {
  podTemplateHashLabel,
  ports,
  probes,
  processSettings,
  readSettings,
  type Setting,
  SettingsError,
  type SettingsTable,
  spanAttributes,
  startCommands,
  terminationGracePeriodSeconds,
  versionLabel,
  type Workload,
} from '@observed-rollouts/contract';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import { labelFieldPath, type SystemIdentity } from '../components.ts';
import type { Resources } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { restrictedPod } from './restricted-pod.ts';
import { scratch } from './volumes.ts';

/** Where a workload sends its traces, and how many of them. */
export interface TraceExport {
  /** Base URL of the OTLP/HTTP receiver. */
  readonly endpoint: string;
  /** From 0 to 1. */
  readonly sampleRatio: number;
}

export interface WorkloadPodProps {
  readonly system: SystemIdentity;
  /** The program that runs in it. */
  readonly workload: Workload;
  readonly image: Image;
  readonly resources: Resources;
  readonly version: string;
  readonly traces: TraceExport;
  /** Variables beside those that every workload has. */
  readonly env: readonly IEnvVar[];
  /** Whether a Rollout owns the pods, so that they carry the hash of their version. */
  readonly ownedByRollout: boolean;
  readonly spread?: boolean;
}

/**
 * Flags of Node's own memory: the old generation takes at most 60 % of the container's limit, so that the heap ends before the kernel ends the process. The
 * young one takes 3 × 2 MiB: 10 MB less are resident than at 8, with the same requests per second.
 */
const nodeOptions = '--max-old-space-size-percentage=60 --max-semi-space-size=2';

/**
 * From so many bytes on, glibc gets a block from the kernel by itself and gives it back when it is freed. V8's compilers work in blocks of 8 to 32 KiB, 20 to 30 MB
 * at once while a new process gets its first requests, which at the usual 128 KiB stay resident in glibc's heaps ever after.
 */
const mmapThresholdBytes = 8_192;

/** Pod template of one of our own workloads, as the contract describes it. */
export function workloadPod(props: WorkloadPodProps): IPodTemplateSpec {
  const { system, workload, version, spread = false } = props;
  return restrictedPod({
    system,
    image: props.image,
    resources: props.resources,
    labels: { [versionLabel]: version },
    command: [...startCommands[workload]],
    workingDir: '/app',
    env: [...environmentOf(props), ...props.env],
    ports: [ports.http, ports.metrics].map(({ name, number }) => ({ name, containerPort: number, protocol: 'TCP' })),
    startupProbe: probe(probes.startup),
    livenessProbe: probe(probes.liveness),
    readinessProbe: probe(probes.readiness),
    mounts: [scratch('tmp', '/tmp', 32)],
    terminationGracePeriodSeconds,
    spread,
  });
}

/** A variable by its setting, with its value in the words that the setting reads. */
export function setting({ name }: Pick<Setting, 'name'>, value: string | number): IEnvVar {
  return { name, value: `${value}` };
}

/**
 * Problems that a workload would stop at when it reads its variables: found at synth instead of in the cluster.
 *
 * Shape: one line per wrong setting, in the contract's words.
 */
export function settingProblems({ name }: SystemIdentity, table: SettingsTable, env: readonly IEnvVar[]): string[] {
  try {
    readSettings(name, table, { env: Object.fromEntries(env.map((variable) => [variable.name, variable.value])) });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map((problem) => `${name}: ${problem}`);
  }
}

function environmentOf({ system, traces, ownedByRollout }: WorkloadPodProps): IEnvVar[] {
  // A variable can only refer to those before it.
  const attributes = [
    ['k8s.pod.name', 'POD_NAME', 'metadata.name'],
    ['k8s.namespace.name', 'POD_NAMESPACE', 'metadata.namespace'],
    ...(ownedByRollout
      ? [[spanAttributes.podTemplateHash, 'POD_TEMPLATE_HASH', labelFieldPath(podTemplateHashLabel)] as const]
      : []),
  ] as const;
  return [
    { name: processSettings.version.name, valueFrom: { fieldRef: { fieldPath: labelFieldPath(versionLabel) } } },
    { name: 'NODE_OPTIONS', value: nodeOptions },
    { name: 'MALLOC_MMAP_THRESHOLD_', value: `${mmapThresholdBytes}` },
    ...attributes.map(([, name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } })),
    { name: 'OTEL_SERVICE_NAME', value: system.name },
    {
      name: 'OTEL_RESOURCE_ATTRIBUTES',
      value: attributes.map(([attribute, name]) => `${attribute}=$(${name})`).join(','),
    },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: traces.endpoint },
    { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
    { name: 'OTEL_TRACES_SAMPLER_ARG', value: `${traces.sampleRatio}` },
  ];
}

interface ProbeTiming {
  readonly path: string;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

function probe({ path, ...timing }: ProbeTiming): IProbe {
  return { httpGet: { path, port: ports.http.name }, ...timing };
}
