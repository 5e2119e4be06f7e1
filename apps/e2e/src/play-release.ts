import { setTimeout as sleep } from 'node:timers/promises';
import {
  applyEnvironment,
  applyRelease,
  nameLabel,
  podTemplateHashLabel,
  type Release,
  type Expectation,
  type ReleaseEnd,
  workloads,
} from '@observed-rollouts/contract';
import type { Kubectl } from './kubectl.ts';
import { Recorder } from './recording/recorder.ts';
import { type PingCounts, pingsBetween, readPings } from './pings.ts';
import {
  type AnalysisRun,
  describeRollout,
  isObserved,
  isSettled,
  readings,
  releaseEnd,
  type Rollout,
} from './rollout.ts';

const pollMs = 500;

/** What a played release came to. */
export interface Played {
  readonly release: string;
  readonly expected: Expectation;
  /** `undefined`: it had not ended when time ran out. */
  readonly end: ReleaseEnd | undefined;
  /** From the patch to the end. */
  readonly seconds: number;
  /** Every reading of every metric of the analysis, in order. */
  readonly measurements: readonly string[];
  /** Pings that ended meanwhile, by outcome. */
  readonly pings: PingCounts;
}

export interface Stage {
  readonly kubectl: Kubectl;
  /** The Rollout as the manifests declare it: the version that every release starts from. */
  readonly initial: Rollout;
  readonly timeoutMs: number;
  readonly log: (line: string) => void;
  /** Where the controller's own timeline of what is played goes; absent when nobody asked for it. */
  readonly record?: { readonly folder: string; readonly command: string };
}

/** Plays one release from the initial version on, and waits for its end. */
export async function playRelease(stage: Stage, release: Release): Promise<Played> {
  const { kubectl, initial, log } = stage;
  const { namespace } = initial.metadata;
  const stableHash = await restoreInitial(stage, applyEnvironment(initial.spec.template, release.stable));
  const pinger = `${nameLabel}=${workloads.pinger}`;
  const before = await readPings(kubectl, namespace, pinger);
  if (release.traffic === 'none') await scalePinger(stage, 0);
  const recorder = stage.record && (await Recorder.start(kubectl, initial));
  log(`${release.name}: ${release.description}`);
  const start = Date.now();
  recorder?.command('release');
  await patchTemplate(stage, applyRelease(initial.spec.template, release));
  const seen = new Set<string>();
  const end = await poll(stage, (rollout) => follow(stage, rollout, { seen, stableHash, start }));
  const seconds = (Date.now() - start) / 1000;
  // A pinger that was stopped starts counting anew: nothing was pinged meanwhile.
  const after = release.traffic === 'none' ? before : await readPings(kubectl, namespace, pinger);
  if (release.traffic === 'none') await scalePinger(stage, 1);
  const runs = await analysisRuns(stage, end?.rollout.status?.currentPodHash, start);
  if (recorder && stage.record) await writeRecording(stage, recorder, release);
  return {
    release: release.name,
    expected: release.expect,
    end: end?.value,
    seconds,
    measurements: runs.flatMap(readings).map(({ text }) => text),
    pings: pingsBetween(before, after),
  };
}

/** Waits for the last change and writes the recording. */
export async function writeRecording(
  { record, log }: Stage,
  recorder: Recorder,
  { name, description }: { readonly name: string; readonly description: string },
): Promise<void> {
  if (record === undefined) return;
  await recorder.close();
  const file = await recorder.write(record.folder, { name, description, command: record.command });
  log(`recorded in ${file}`);
}

/** Brings the initial version back and returns its hash; skips the analysis of this way back, which is no release. */
export async function restoreInitial(stage: Stage, template = stage.initial.spec.template): Promise<string> {
  const { kubectl, initial, log } = stage;
  const { namespace } = initial.metadata;
  await patchTemplate(stage, template);
  let promoted = false;
  const settled = await poll(stage, async (rollout) => {
    if (isSettled(rollout)) return rollout.status?.stableRS;
    const { stableRS, currentPodHash } = rollout.status ?? {};
    if (!promoted && isObserved(rollout) && stableRS !== undefined && stableRS !== currentPodHash) {
      promoted = true;
      await kubectl.patch(namespace, objectName(initial), { status: { promoteFull: true } }, 'status');
    }
    return undefined;
  });
  if (settled === undefined) {
    throw new Error(
      `rollout ${namespace}/${initial.metadata.name}: the initial version did not settle; look at kubectl describe`,
    );
  }
  log(`the initial version serves (${describeRollout(settled.rollout)})`);
  return settled.value;
}

/** A release that is under way. */
interface UnderWay {
  /** What has been logged. */
  readonly seen: Set<string>;
  readonly stableHash: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
}

/** Logs what is new and says how the release ended, once it has. */
async function follow(
  stage: Stage,
  rollout: Rollout,
  { seen, stableHash, start }: UnderWay,
): Promise<ReleaseEnd | undefined> {
  const runs = await analysisRuns(stage, rollout.status?.currentPodHash, start);
  const state = describeRollout(rollout);
  for (const { id, text } of [{ id: state, text: state }, ...runs.flatMap(readings)]) {
    if (!seen.has(id)) stage.log(`  ${text}`);
    seen.add(id);
  }
  return releaseEnd(rollout, stableHash);
}

/** The release's runs, gate and watch; those of an earlier release with the same template carry the same hash, but are older. */
async function analysisRuns(
  { kubectl, initial }: Stage,
  hash: string | undefined,
  start: number,
): Promise<AnalysisRun[]> {
  if (hash === undefined) return [];
  const selector = `${podTemplateHashLabel}=${hash}`;
  const list = ['analysisruns', '-n', initial.metadata.namespace, '-l', selector];
  const { items } = await kubectl.get<{ items: AnalysisRun[] }>(...list);
  // Kubernetes keeps whole seconds.
  const since = Math.floor(start / 1000) * 1000;
  return items.filter(({ metadata }) => Date.parse(metadata.creationTimestamp) >= since);
}

/** Starts or stops the traffic; resolves when its pod is ready, or gone. */
export async function scalePinger({ kubectl, initial }: Stage, replicas: 0 | 1): Promise<void> {
  const deployment = `deployment/${workloads.pinger}`;
  await kubectl.patch(initial.metadata.namespace, deployment, { spec: { replicas } });
  await kubectl.text('-n', initial.metadata.namespace, 'rollout', 'status', deployment, '--timeout=60s');
  if (replicas > 0) return;
  const pods = ['wait', '--for=delete', 'pod', '-l', `${nameLabel}=${workloads.pinger}`, '--timeout=60s'];
  await kubectl.text('-n', initial.metadata.namespace, ...pods);
}

export async function patchTemplate({ kubectl, initial }: Stage, template: Rollout['spec']['template']): Promise<void> {
  await kubectl.patch(initial.metadata.namespace, objectName(initial), { spec: { template } });
}

export function objectName({ metadata }: Rollout): string {
  return `rollouts.argoproj.io/${metadata.name}`;
}

/** Reads the Rollout until `decide` returns something, or the time is up. */
export async function poll<T>(
  { kubectl, initial, timeoutMs }: Stage,
  decide: (rollout: Rollout) => Promise<T | undefined>,
): Promise<{ value: T; rollout: Rollout } | undefined> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const rollout = await kubectl.get<Rollout>('-n', initial.metadata.namespace, objectName(initial));
    const value = await decide(rollout);
    if (value !== undefined) return { value, rollout };
    await sleep(pollMs);
  }
  return undefined;
}
