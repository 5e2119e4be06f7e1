import { describe, type Workload } from '../src/checks/objects.ts';

const allowedVolumes = [
  'configMap',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Breaches of the Pod Security Standard "restricted", and of the stricter rules that every pod here keeps. */
export function podSecurityProblems(workload: Workload): string[] {
  const { object, template, containers } = workload;
  const spec = template.spec;
  const problems: string[] = [];
  const demand = (holds: boolean, what: string) => {
    if (!holds) problems.push(`${describe(object)}: ${what}`);
  };
  demand(spec?.securityContext?.runAsNonRoot === true, 'runs as root');
  demand(spec?.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'pod without seccomp profile');
  demand((spec?.securityContext?.runAsUser ?? 0) > 10_000, 'user id not above 10000');
  demand(!spec?.hostNetwork && !spec?.hostPID && !spec?.hostIPC, 'shares a namespace of the host');
  demand(spec?.automountServiceAccountToken === false, 'mounts a token by itself');
  demand(spec?.enableServiceLinks === false, 'gets a variable for every Service');
  for (const { name, ...source } of spec?.volumes ?? []) {
    const kinds = Object.keys(source);
    demand(
      kinds.every((kind) => allowedVolumes.includes(kind)),
      `volume ${name} of kind ${kinds.join(',')}`,
    );
    demand(source.emptyDir === undefined || source.emptyDir.sizeLimit !== undefined, `volume ${name} without a limit`);
  }
  for (const { name, securityContext: security, resources, ports = [] } of containers) {
    demand(security?.allowPrivilegeEscalation === false, `${name} may escalate its privileges`);
    demand(security?.privileged === false, `${name} may be privileged`);
    demand(security?.readOnlyRootFilesystem === true, `${name} may write its root file system`);
    demand(security?.capabilities?.drop?.join() === 'ALL' && !security.capabilities.add, `${name} keeps capabilities`);
    demand(security?.seccompProfile?.type === 'RuntimeDefault', `${name} without seccomp profile`);
    demand(
      ports.every(({ hostPort, containerPort }) => hostPort === undefined && containerPort > 1024),
      `${name} port`,
    );
    for (const kind of ['requests', 'limits'] as const) {
      for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
        demand(resources?.[kind]?.[resource] !== undefined, `${name} without ${kind}.${resource}`);
      }
    }
  }
  return problems;
}
