import { describeObject, type KubernetesObject } from './manifests.ts';

/** Where one workload stands. */
export interface Standing {
  readonly state: 'ready' | 'waiting' | 'failed';
  /** Completes "<object>: …". */
  readonly detail: string;
}

/** Kinds whose readiness is waited for; other objects are complete once they are stored. */
export const workloadKinds = ['Deployment', 'StatefulSet', 'Rollout'] as const;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A workload as the server knows it; the fields differ by kind. */
export interface LiveWorkload extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly generation?: number };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  readonly status?: {
    readonly observedGeneration?: number | string;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly conditions?: readonly Condition[];
  };
}

/** Judges a workload by its status. */
export function standingOf(workload: LiveWorkload): Standing {
  const { kind, metadata, status = {}, spec } = workload;
  // A Rollout writes the generation that it has seen as text.
  if (`${status.observedGeneration}` !== `${metadata.generation}`) {
    return { state: 'waiting', detail: 'its controller has not seen it yet' };
  }
  if (kind === 'Rollout') return rolloutStanding(workload);
  const wanted = spec.replicas ?? 1;
  const count = kind === 'StatefulSet' ? status.readyReplicas : status.availableReplicas;
  return countStanding(wanted, count ?? 0, status.updatedReplicas ?? 0, status.replicas ?? 0);
}

function countStanding(wanted: number, ready: number, updated: number, existing: number): Standing {
  const detail = `${Math.min(ready, updated)} of ${wanted} ready`;
  return { state: ready >= wanted && updated >= wanted && existing === wanted ? 'ready' : 'waiting', detail };
}

function rolloutStanding({ spec, status = {} }: LiveWorkload): Standing {
  const wanted = spec.replicas ?? 1;
  const count = `${status.availableReplicas ?? 0} of ${wanted} available`;
  const said = status.message === undefined || status.message === '' ? '' : `: ${status.message}`;
  switch (status.phase ?? '') {
    case 'Healthy':
      return { state: 'ready', detail: count };
    case 'Paused':
      return { state: 'failed', detail: `paused for a decision${said}` };
    case 'Degraded':
      // Without an abort the controller keeps trying: a template that isn't there yet shows as Degraded for some seconds.
      return { state: status.abort === true ? 'failed' : 'waiting', detail: `degraded${said}` };
    default:
      return { state: 'waiting', detail: count };
  }
}

/** A pod as the server knows it. */
export interface LivePod extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
      };
      readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode?: number } };
    }[];
  };
}

/** Pods that a workload's selector matches. */
export function podsOf(workload: LiveWorkload, pods: readonly LivePod[]): LivePod[] {
  const wanted = Object.entries(workload.spec.selector.matchLabels ?? {});
  return pods.filter(
    ({ metadata }) =>
      metadata.namespace === workload.metadata.namespace &&
      wanted.every(([label, value]) => metadata.labels?.[label] === value),
  );
}

/** Why pods aren't ready, each reason once with the number of pods that it holds for, the most frequent first. */
export function podReasons(pods: readonly LivePod[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of pods.flatMap(reasonsOf)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`);
}

function reasonsOf({ status = {} }: LivePod): string[] {
  const unscheduled = status.conditions?.find(
    ({ type, status: state }) => type === 'PodScheduled' && state === 'False',
  );
  if (unscheduled !== undefined) return [`${unscheduled.reason ?? 'not scheduled'}: ${unscheduled.message ?? ''}`];
  return (status.containerStatuses ?? [])
    .filter(({ ready }) => !ready)
    .map(({ name, state = {}, lastState = {}, restartCount }) => {
      const ended = state.terminated ?? lastState.terminated;
      const restarts = restartCount > 0 ? `, ${restartCount} restarts` : '';
      const exit = ended === undefined ? '' : `, last exit code ${ended.exitCode}`;
      const { reason, message } = state.waiting ?? {};
      if (reason === undefined) return `container ${name} runs but is not ready${restarts}${exit}`;
      return `container ${name} waits: ${reason}${message === undefined ? '' : ` (${message})`}${restarts}${exit}`;
    });
}

/** How a line about a workload begins. */
export function nameOf(workload: KubernetesObject): string {
  return describeObject(workload);
}
