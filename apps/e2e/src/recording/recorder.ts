import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  nameLabel,
  platformServices,
  type ReleaseRecording,
  type TimelineCommand,
  type TimelineEntry,
} from '@observed-rollouts/contract';
import type { Kubectl } from '../kubectl.ts';
import type { AnalysisRun, Rollout } from '../rollout.ts';
import { type ReplicaSet, TimelineReader } from './timeline.ts';

/** How long nothing may change before a recording is complete: the last pods of a version go after the release has ended. */
const quietMs = 4_000;
const quietLimitMs = 60_000;

/** Images whose tags are the versions that a recording names. */
const components = [platformServices.argoRollouts, platformServices.prometheus];

/** Watches a Rollout with its ReplicaSets and analysis runs while a release is played, and writes what happened. */
export class Recorder {
  readonly #kubectl: Kubectl;
  readonly #rollout: Rollout;
  readonly #reader: TimelineReader;
  readonly #analyses: Record<string, Readonly<Record<string, unknown>>[]> = {};
  readonly #end = new AbortController();
  #started = false;
  #error: Error | undefined;
  #changedAt = Date.now();

  private constructor(kubectl: Kubectl, rollout: Rollout) {
    this.#kubectl = kubectl;
    this.#rollout = rollout;
    this.#reader = new TimelineReader(rollout.metadata.name);
  }

  /** Resolves when every watch is established and only the stable version has pods, so that no change is missed or belongs to an earlier release. */
  static async start(kubectl: Kubectl, rollout: Rollout): Promise<Recorder> {
    const recorder = new Recorder(kubectl, rollout);
    await recorder.#watch();
    return recorder;
  }

  get timeline(): readonly TimelineEntry[] {
    return this.#reader.entries;
  }

  /** Somebody is about to ask for something; the first command starts the release. */
  command(command: TimelineCommand): void {
    if (!this.#started) this.#reader.start(Date.now());
    this.#started = true;
    this.#reader.command(Date.now(), command);
  }

  /** Ends when nothing has changed for a while. Errors: that of the first watch that failed. */
  async close(): Promise<void> {
    const until = Date.now() + quietLimitMs;
    while (this.#error === undefined && Date.now() < Math.min(this.#changedAt + quietMs, until)) await sleep(200);
    this.#end.abort();
    if (this.#error) throw this.#error;
  }

  /** Writes `<folder>/<name>.json` and returns its path. */
  async write(folder: string, about: Pick<ReleaseRecording, 'name' | 'description' | 'command'>): Promise<string> {
    const { template: _notOfTheController, ...rollout } = this.#rollout.spec;
    const recording: ReleaseRecording = {
      ...about,
      recordedAt: new Date().toISOString(),
      versions: await readVersions(this.#kubectl),
      rollout,
      analyses: this.#analyses,
      timeline: this.timeline,
      measurements: this.#reader.measurements,
    };
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${about.name}.json`);
    writeFileSync(file, formatRecording(recording));
    return file;
  }

  async #watch(): Promise<void> {
    const { namespace } = this.#rollout.metadata;
    const argo = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}`;
    // The Rollout first: it says which version is the stable one.
    await this.#follow<Rollout>(`${argo}/rollouts`, (object, at) => this.#reader.takeRollout(at, object));
    await this.#follow<ReplicaSet>(`/apis/apps/v1/namespaces/${namespace}/replicasets`, (object, at) =>
      this.#reader.takeReplicaSet(at, object),
    );
    await this.#follow<AnalysisRun>(`${argo}/analysisruns`, (object, at) => this.#takeRun(at, object));
  }

  #follow<T>(path: string, take: (object: T, at: number) => void): Promise<void> {
    const fail = (error: Error) => (this.#error ??= error);
    return this.#kubectl.watch<T>(
      path,
      ({ type, object }) => {
        const before = this.timeline.length;
        // What is deleted has been told of before.
        if (type !== 'DELETED') take(object, Date.now());
        if (this.timeline.length > before) this.#changedAt = Date.now();
      },
      fail,
      this.#end.signal,
    );
  }

  #takeRun(at: number, run: AnalysisRun): void {
    const name = this.#reader.runName(run.metadata.name);
    if (name !== undefined) {
      this.#analyses[name] ??= (run.spec?.metrics ?? []).map(({ provider: _query, ...metric }) => metric);
    }
    this.#reader.takeAnalysisRun(at, run);
  }
}

async function readVersions(kubectl: Kubectl): Promise<Record<string, string>> {
  const version = JSON.parse(await kubectl.text('get', '--raw', '/version')) as { major: string; minor: string };
  const selector = `${nameLabel} in (${components.join(',')})`;
  const { items } = await kubectl.get<{ items: { spec: { containers: { image: string }[] } }[] }>(
    'pods',
    '-A',
    '-l',
    selector,
  );
  const images = items.flatMap(({ spec }) => spec.containers.map(({ image }) => image));
  const tags = components.map((name) => [
    name,
    images
      .find((image) => image.includes(`/${name}`))
      ?.split(':')
      .at(-1),
  ]);
  return {
    kubernetes: `v${version.major}.${version.minor}`,
    ...Object.fromEntries(tags.filter(([, tag]) => tag !== undefined)),
  };
}

/** One entry and one series a line, so that a diff of two recordings can be read. */
export function formatRecording({ timeline, measurements, ...about }: ReleaseRecording): string {
  const head = Object.entries(about).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const runs = Object.entries(measurements).map(([run, metrics]) => {
    const series = Object.entries(metrics).map(
      ([metric, found]) => `${JSON.stringify(metric)}: ${JSON.stringify(found)}`,
    );
    return `${JSON.stringify(run)}: {\n    ${series.join(',\n    ')}\n  }`;
  });
  const entries = timeline.map((entry) => JSON.stringify(entry)).join(',\n  ');
  return `{\n${head.join(',\n')},\n"timeline": [\n  ${entries}\n],\n"measurements": {\n  ${runs.join(',\n  ')}\n}\n}\n`;
}
