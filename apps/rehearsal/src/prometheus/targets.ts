import type { Pod } from '../cluster/pod.ts';
import { nodeName } from '../cluster/pod-factory.ts';

/** One entry of a file for Prometheus' file-based discovery. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The targets that Kubernetes pod discovery would find for a pod: one per container port, with the labels that relabelling sees.
 * Only the address differs: it is the loopback port that the process really listens on.
 */
export function targetsOfPod(pod: Pod): readonly TargetGroup[] {
  const { name, namespace, uid, ip, labels, annotations, hash, container } = pod.identity;
  const podLabels = {
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_name: name,
    __meta_kubernetes_pod_uid: uid,
    __meta_kubernetes_pod_ip: ip,
    __meta_kubernetes_pod_host_ip: '127.0.0.1',
    __meta_kubernetes_pod_node_name: nodeName,
    // A terminating pod stays in phase Running until its process has ended.
    __meta_kubernetes_pod_phase: 'Running',
    __meta_kubernetes_pod_ready: `${pod.phase === 'ready'}`,
    ...(hash === undefined
      ? {}
      : {
          __meta_kubernetes_pod_controller_kind: 'ReplicaSet',
          __meta_kubernetes_pod_controller_name: name.replace(/-[^-]+$/, ''),
        }),
    ...mapLabels('label', labels),
    ...mapLabels('annotation', annotations),
  };
  return (container.ports ?? []).map(({ name: portName = '', containerPort, protocol = 'TCP' }) => {
    const { host, port } = pod.endpoint(portName);
    return {
      targets: [`${host}:${port}`],
      labels: {
        ...podLabels,
        __meta_kubernetes_pod_container_init: 'false',
        __meta_kubernetes_pod_container_name: container.name,
        __meta_kubernetes_pod_container_image: container.image ?? '',
        __meta_kubernetes_pod_container_port_name: portName,
        __meta_kubernetes_pod_container_port_number: `${containerPort}`,
        __meta_kubernetes_pod_container_port_protocol: protocol,
      },
    };
  });
}

/** Every character that a Prometheus label name can't have becomes an underscore. */
function mapLabels(kind: 'label' | 'annotation', values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const name = key.replace(/[^a-zA-Z0-9_]/g, '_');
      return [
        [`__meta_kubernetes_pod_${kind}_${name}`, value],
        [`__meta_kubernetes_pod_${kind}present_${name}`, 'true'],
      ];
    }),
  );
}
