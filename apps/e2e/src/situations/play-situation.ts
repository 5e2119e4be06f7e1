import {
  applyEnvironment,
  applyRelease,
  nameLabel,
  platformServices,
  podTemplateHashLabel,
  type Release,
  workloads,
} from '@observed-rollouts/contract';
import {
  objectName,
  patchTemplate,
  poll,
  restoreInitial,
  scalePinger,
  type Stage,
  writeRecording,
} from '../play-release.ts';
import { Recorder } from '../recording/recorder.ts';
import type { Rollout } from '../rollout.ts';
import { type Move, type Situation, stableVersion } from './situations.ts';

/** Plays a situation on the cluster and records it. Resolves to whether it came to its end in time. */
export async function playSituation(
  stage: Stage,
  name: string,
  { description, from, turns, until }: Situation,
  releases: ReadonlyMap<string, Release>,
): Promise<boolean> {
  const { kubectl, initial, log } = stage;
  const start = from === undefined ? undefined : releaseOf(releases, from);
  const stable = applyEnvironment(initial.spec.template, start?.stable ?? {});
  await restoreInitial(stage, stable);
  const [first] = turns;
  if (first?.move.command === 'deploy') await removeRollout(stage);
  if (start?.traffic === 'none') await scalePinger(stage, 0);
  const recorder = await Recorder.start(kubectl, initial);
  log(`${name}: ${description}`);
  let over = true;
  for (const { when, move } of turns) {
    if (move !== first?.move)
      over = over && (await poll(stage, async (rollout) => when(rollout) || undefined)) !== undefined;
    if (!over) break;
    log(`  ${move.command}`);
    recorder.command(move.command);
    await make(stage, move, { name, stable, releases });
  }
  over = over && (await poll(stage, async (rollout) => until(rollout) || undefined)) !== undefined;
  if (start?.traffic === 'none') await scalePinger(stage, 1);
  await writeRecording(stage, recorder, { name, description });
  return over;
}

function releaseOf(releases: ReadonlyMap<string, Release>, name: string): Release {
  const release = releases.get(name);
  if (release === undefined)
    throw new Error(`situation: no release ${name}, expected one of ${[...releases.keys()].join(', ')}`);
  return release;
}

/** What the moves of a situation draw on. */
interface Means {
  /** Of the situation. Also part of each version, so that no pod of another one counts as a pod of this one. */
  readonly name: string;
  readonly stable: Rollout['spec']['template'];
  readonly releases: ReadonlyMap<string, Release>;
}

async function make(stage: Stage, move: Move, { name, stable, releases }: Means): Promise<void> {
  const { kubectl, initial } = stage;
  const { namespace } = initial.metadata;
  const patchStatus = (status: unknown) => kubectl.patch(namespace, objectName(initial), { status }, 'status');
  switch (move.command) {
    case 'deploy':
      return kubectl.apply(initial);
    case 'release': {
      if (move.release === stableVersion) return patchTemplate(stage, stable);
      const release = releaseOf(releases, move.release);
      const template = applyRelease(initial.spec.template, { ...release, name: `${name}-${release.name}` });
      return patchTemplate(stage, template);
    }
    case 'retry':
      return patchStatus({ abort: false });
    case 'promoteFull':
      return patchStatus({ promoteFull: true });
    case 'promote': {
      // As the plugin for kubectl does for an inconclusive analysis: the pause is cleared and the step is skipped.
      const { currentStepIndex = 0 } = (await current(stage)).status ?? {};
      return patchStatus({ pauseConditions: null, controllerPause: false, currentStepIndex: currentStepIndex + 1 });
    }
    case 'deletePod':
      await kubectl.text('-n', namespace, 'delete', 'pod', await newestPod(stage), '--wait=false');
      return;
    case 'killContainer':
      await kubectl.text(
        '-n',
        namespace,
        'exec',
        await newestPod(stage),
        '--',
        'node',
        '-e',
        "process.kill(1, 'SIGTERM')",
      );
      return;
    case 'stopPrometheus':
      return scalePrometheus(stage, 0);
    case 'startPrometheus':
      return scalePrometheus(stage, 1);
  }
}

async function current({ kubectl, initial }: Stage): Promise<Rollout> {
  return kubectl.get<Rollout>('-n', initial.metadata.namespace, objectName(initial));
}

/** Name of a pod of the version that is released. */
async function newestPod(stage: Stage): Promise<string> {
  const { kubectl, initial } = stage;
  const hash = (await current(stage)).status?.currentPodHash;
  const selector = `${podTemplateHashLabel}=${hash}`;
  const pods = await kubectl.get<{ items: { metadata: { name: string } }[] }>(
    'pods',
    '-n',
    initial.metadata.namespace,
    '-l',
    selector,
  );
  const [pod] = pods.items;
  if (pod === undefined) throw new Error(`situation: no pod with ${selector}, expected one of the new version`);
  return pod.metadata.name;
}

async function scalePrometheus({ kubectl }: Stage, replicas: 0 | 1): Promise<void> {
  const { items } = await kubectl.get<{ items: { metadata: { name: string; namespace: string } }[] }>(
    'statefulsets',
    '-A',
    '-l',
    `${nameLabel}=${platformServices.prometheus}`,
  );
  const [server] = items;
  if (server === undefined) throw new Error('situation: no StatefulSet of Prometheus, expected one');
  const { name, namespace } = server.metadata;
  await kubectl.patch(namespace, `statefulset/${name}`, { spec: { replicas } });
  if (replicas === 0) await kubectl.text('-n', namespace, 'wait', '--for=delete', `pod/${name}-0`, '--timeout=60s');
}

/** Deletes the Rollout and waits until its pods have gone. */
async function removeRollout({ kubectl, initial }: Stage): Promise<void> {
  const { namespace } = initial.metadata;
  await kubectl.text('-n', namespace, 'delete', objectName(initial), '--wait');
  const pods = ['wait', '--for=delete', 'pod', '-l', `${nameLabel}=${workloads.pingService}`, '--timeout=120s'];
  await kubectl.text('-n', namespace, ...pods);
}
