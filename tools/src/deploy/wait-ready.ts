import { DeployError, exitCodes } from './deploy-error.ts';
import type { Kubectl } from './kubectl.ts';
import type { KubernetesObject } from './manifests.ts';
import {
  type LivePod,
  type LiveWorkload,
  nameOf,
  podReasons,
  podsOf,
  type Standing,
  standingOf,
  workloadKinds,
} from './readiness.ts';

/** Time and output, as arguments. */
export interface Waiting {
  readonly timeoutMs: number;
  readonly pollMs: number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  print(line: string): void;
}

interface Snapshot {
  readonly workloads: readonly LiveWorkload[];
  readonly pods: readonly LivePod[];
}

/**
 * Waits until every workload of the manifests is ready, with a line whenever one of them moves.
 *
 * Errors: DeployError that says for each workload that isn't ready why: at the time-out, or as soon as a Rollout is aborted or paused.
 */
export async function waitReady(
  kubectl: Kubectl,
  objects: readonly KubernetesObject[],
  waiting: Waiting,
): Promise<void> {
  const wanted = objects.filter(({ kind }) => (workloadKinds as readonly string[]).includes(kind));
  const shown = new Map<string, string>();
  const deadline = waiting.now() + waiting.timeoutMs;
  for (;;) {
    const snapshot = await takeSnapshot(kubectl, wanted, waiting);
    const standings = wanted.map((object) => ({ object, standing: standingIn(snapshot, object) }));
    for (const { object, standing } of standings) showChange(shown, object, standing, snapshot, waiting);
    const pending = standings.filter(({ standing }) => standing.state !== 'ready');
    if (pending.length === 0) return;
    const failed = pending.some(({ standing }) => standing.state === 'failed');
    if (failed || waiting.now() >= deadline) {
      const reasons = await Promise.all(
        pending.map(({ object, standing }) => explain(kubectl, snapshot, object, standing)),
      );
      const when = failed ? 'not ready' : `not ready after ${waiting.timeoutMs / 1000} s`;
      throw new DeployError(`${when}:\n${reasons.join('\n')}`, exitCodes.notReady);
    }
    await waiting.sleep(waiting.pollMs);
  }
}

/** A server that doesn't answer once is asked again: on a small cluster the first minute is busy. */
async function takeSnapshot(
  kubectl: Kubectl,
  wanted: readonly KubernetesObject[],
  { print }: Waiting,
): Promise<Snapshot> {
  const types = [
    ...new Set(wanted.map(({ kind, apiVersion }) => `${kind.toLowerCase()}s.${apiVersion.split('/')[0]}`)),
  ];
  const items: (LiveWorkload | LivePod)[] = [];
  for (const namespace of new Set(wanted.map(({ metadata }) => metadata.namespace ?? 'default'))) {
    try {
      const list = await kubectl.readJson<{ items: (LiveWorkload | LivePod)[] }>([
        'get',
        [...types, 'pods'].join(','),
        '-n',
        namespace,
      ]);
      items.push(...list.items);
    } catch (error) {
      print(`namespace ${namespace}: can't be read: ${(error as Error).message}`);
    }
  }
  return {
    workloads: items.filter(({ kind }) => kind !== 'Pod') as LiveWorkload[],
    pods: items.filter(({ kind }) => kind === 'Pod') as LivePod[],
  };
}

function findLive({ workloads }: Snapshot, { kind, metadata }: KubernetesObject): LiveWorkload | undefined {
  return workloads.find(
    (live) =>
      live.kind === kind && live.metadata.name === metadata.name && live.metadata.namespace === metadata.namespace,
  );
}

function standingIn(snapshot: Snapshot, object: KubernetesObject): Standing {
  const live = findLive(snapshot, object);
  return live === undefined ? { state: 'waiting', detail: 'not seen' } : standingOf(live);
}

function showChange(
  shown: Map<string, string>,
  object: KubernetesObject,
  { detail }: Standing,
  snapshot: Snapshot,
  { print }: Waiting,
): void {
  const live = findLive(snapshot, object);
  const [reason] =
    live === undefined ? [] : podReasons(podsOf(live, snapshot.pods)).filter((text) => text.includes('waits: '));
  const stuck = reason === undefined || reason.includes('ContainerCreating') ? '' : `; ${reason}`;
  const line = `${nameOf(object)}: ${detail}${stuck}`;
  if (shown.get(nameOf(object)) === line) return;
  shown.set(nameOf(object), line);
  print(line);
}

/** Most lines of each kind in an explanation: the first ones say it, the others repeat it. */
const mostLines = 3;

async function explain(
  kubectl: Kubectl,
  snapshot: Snapshot,
  object: KubernetesObject,
  { detail }: Standing,
): Promise<string> {
  const live = findLive(snapshot, object);
  const reasons = live === undefined ? [] : podReasons(podsOf(live, snapshot.pods)).slice(0, mostLines);
  const conditions = (live?.status?.conditions ?? [])
    .filter(({ status, message }) => status === 'False' && message !== undefined && message !== '')
    .map(({ type, message }) => `${type}: ${message}`);
  const events = await warningsOf(kubectl, object);
  return [
    `  ${nameOf(object)}: ${detail}`,
    ...[...reasons, ...conditions.slice(0, mostLines), ...events].map((it) => `    ${it}`),
  ].join('\n');
}

interface WarningEvent {
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly name?: string };
}

/** Warnings about the workload and what it owns, whose names begin with its own; the newest first. */
async function warningsOf(kubectl: Kubectl, { metadata }: KubernetesObject): Promise<string[]> {
  const args = ['get', 'events', '-n', metadata.namespace ?? 'default', '--field-selector', 'type=Warning'];
  try {
    const { items } = await kubectl.readJson<{ items: WarningEvent[] }>([...args, '--sort-by=.lastTimestamp']);
    const lines = items
      .filter(({ involvedObject }) => isAbout(involvedObject?.name, metadata.name))
      .map(({ reason, message }) => `event ${reason ?? 'Warning'}: ${message ?? ''}`);
    return [...new Set(lines.reverse())].slice(0, mostLines);
  } catch (error) {
    return [`events can't be read: ${(error as Error).message}`];
  }
}

function isAbout(name: string | undefined, workload: string): boolean {
  return name === workload || name?.startsWith(`${workload}-`) === true;
}
