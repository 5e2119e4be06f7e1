import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import { recommendedLabels, selectorLabels, type SystemIdentity } from '../components.ts';
import type { Resources } from '../environments/environment.ts';
import { type Image, imageReference } from '../environments/images.ts';
import { type Mount, quantity } from './volumes.ts';

/** User and group of every container: numeric, above 10000, no user of any image or node. */
const userId = 10_001;
/** Local disk for the log and the writable layer, beside volumes. */
const scratchMebibytes = { request: 16, limit: 128 };

type ContainerParts = Pick<
  IContainer,
  'command' | 'args' | 'workingDir' | 'envFrom' | 'ports' | 'startupProbe' | 'livenessProbe' | 'readinessProbe'
>;

export interface RestrictedPodProps extends ContainerParts {
  readonly system: SystemIdentity;
  readonly image: Image;
  readonly env?: readonly IEnvVar[];
  readonly resources: Resources;
  readonly mounts: readonly Mount[];
  /** Seconds between SIGTERM and SIGKILL. */
  readonly terminationGracePeriodSeconds: number;
  /** Labels beside the recommended ones. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether the pods avoid sharing a node. */
  readonly spread?: boolean;
}

/** Pod template of one container that meets the Pod Security Standard "restricted" and states every resource that it may use. */
export function restrictedPod(props: RestrictedPodProps): IPodTemplateSpec & { spec: IPodSpec } {
  const { system, mounts, labels, annotations, terminationGracePeriodSeconds } = props;
  const volumes = mounts.flatMap(({ volume }) => volume ?? []);
  return {
    metadata: {
      labels: { ...recommendedLabels(system), ...labels },
      ...(annotations && { annotations }),
    },
    spec: {
      serviceAccountName: system.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: userId,
        fsGroup: userId,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      terminationGracePeriodSeconds,
      ...(props.spread && spread(system)),
      containers: [container(props)],
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

function container(props: RestrictedPodProps): IContainer {
  const { system, image, env, resources, mounts, command, args, workingDir, envFrom, ports } = props;
  const { startupProbe, livenessProbe, readinessProbe } = props;
  return {
    name: system.name,
    image: imageReference(image),
    imagePullPolicy: image.pullPolicy,
    ...(command && { command }),
    ...(args && { args }),
    ...(workingDir !== undefined && { workingDir }),
    ...(env && { env: [...env] }),
    ...(envFrom && { envFrom }),
    ...(ports && { ports }),
    ...(startupProbe && { startupProbe }),
    ...(livenessProbe && { livenessProbe }),
    ...(readinessProbe && { readinessProbe }),
    resources: resourceRequirements(resources, mounts),
    securityContext: {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({ name, mountPath, ...(readOnly && { readOnly }) })),
  };
}

/** What an emptyDir holds counts against the limit of local disk: a pod that fills a volume that it was given must not be evicted for it. */
function resourceRequirements(
  { cpu, memory }: Resources,
  mounts: readonly Mount[],
): NonNullable<IContainer['resources']> {
  const inPod = mounts.reduce((sum, { emptyDirMebibytes = 0 }) => sum + emptyDirMebibytes, 0);
  return {
    requests: { cpu: cpu.request, memory: memory.request, 'ephemeral-storage': quantity(scratchMebibytes.request) },
    limits: { cpu: cpu.limit, memory: memory.limit, 'ephemeral-storage': quantity(scratchMebibytes.limit + inPod) },
  };
}

/** Preferred, not required: one node must be able to run all pods. */
function spread(system: SystemIdentity): Pick<IPodSpec, 'affinity' | 'topologySpreadConstraints'> {
  const labelSelector = { matchLabels: selectorLabels(system) };
  const topologyKey = 'kubernetes.io/hostname';
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey, labelSelector } },
        ],
      },
    },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector }],
  };
}
