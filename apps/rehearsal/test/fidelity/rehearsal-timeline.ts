import type { TimelineChange, TimelineEntry } from '@observed-rollouts/contract';
import type { ReplicaSetStatus } from '../../src/controller/replica-counts.ts';
import type { TimedEvent } from '../../src/release/event.ts';

/** The second reader of a timeline: from the events of one rehearsed release, as `--json` writes them. */
export function timelineOf(events: readonly TimedEvent[]): readonly TimelineEntry[] {
  const reader = new EventReader();
  for (const event of events) reader.take(event);
  return reader.entries;
}

/** Reads the lines of `--json`, where an event has its `time` as a text. */
export function readEvents(text: string): readonly TimedEvent[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TimedEvent & { readonly time: string })
    .map(({ time, ...event }) => ({ ...event, at: Date.parse(time) }) as TimedEvent);
}

const noPods: ReplicaSetStatus = { desired: 0, created: 0, available: 0 };

type Position = Extract<TimelineChange, { type: 'status' }>;

class EventReader {
  readonly entries: TimelineEntry[] = [];
  #startedAt: number | undefined;
  #hashes: ReadonlyMap<string, string> = new Map();
  readonly #replicas = new Map<string, string>();
  #position: Position = { type: 'status', phase: '', stable: 'v1', latest: 'v1', pauses: [], aborted: false };

  take(event: TimedEvent): void {
    if (event.type === 'release') this.#start(event);
    // The first deploy of the stable version belongs to no release.
    if (this.#startedAt === undefined) return;
    if (event.type === 'replicas') {
      this.#takeReplicas(event.at, 'v1', event.stable);
      this.#takeReplicas(event.at, 'v2', event.canary);
    } else if (event.type === 'step') {
      // A pause has no event of its own: it starts with its step.
      const pauses = event.description.startsWith('pause') ? ['CanaryPauseStep'] : [];
      this.#move(event.at, { step: event.index, pauses });
    } else if (event.type === 'analysis') {
      this.#add(event.at, { type: 'run', run: this.#runName(event.run), kind: event.kind, phase: 'Pending' });
    } else if (event.type === 'analysisEnd') {
      const { kind, phase, message } = event;
      const why = message === undefined ? {} : { message };
      this.#add(event.at, { type: 'run', run: this.#runName(event.run), kind, phase, ...why });
    } else if (event.type === 'decision') this.#decide(event.at, event.decision, event.message);
    else if (event.type === 'verdict') {
      // The last change has no event of its own: a promotion has ended when the old version has no pods, an abort when the new one has none.
      if (event.outcome === 'promoted') this.#takeReplicas(event.at, 'v1', noPods);
      if (event.outcome === 'aborted') this.#takeReplicas(event.at, 'v2', noPods);
    }
  }

  #start(event: TimedEvent & { type: 'release' }): void {
    this.#startedAt = event.at;
    this.#hashes = new Map([
      [event.stableHash, 'v1'],
      [event.canaryHash, 'v2'],
    ]);
    this.#add(event.at, this.#position);
    this.#add(event.at, { type: 'command', command: 'release' });
    this.#position = { ...this.#position, latest: 'v2', step: 0 };
  }

  #takeReplicas(at: number, version: string, { desired, created, available }: ReplicaSetStatus): void {
    const text = JSON.stringify([desired, created, available]);
    if (this.#replicas.get(version) === text) return;
    const isFirst = !this.#replicas.has(version);
    this.#replicas.set(version, text);
    // What stable has when the release starts is no change.
    const entry: TimelineEntry = { atMs: this.#since(at), type: 'replicas', version, desired, created, available };
    if (version === 'v1' && isFirst) this.entries.unshift(entry);
    else this.entries.push(entry);
  }

  #decide(at: number, decision: 'abort' | 'promote' | 'pause', message: string): void {
    if (decision === 'abort') this.#move(at, { aborted: true, step: 0, pauses: [], message });
    else if (decision === 'pause') this.#move(at, { pauses: ['InconclusiveAnalysisRun'] });
    else this.#move(at, { stable: 'v2' });
  }

  #move(at: number, change: Partial<Position>): void {
    this.#position = { ...this.#position, ...change };
    this.#add(at, this.#position);
  }

  #runName(name: string): string {
    return [...this.#hashes].reduce(
      (text, [hash, version]) => text.replace(new RegExp(`^.*-${hash}-\\d+`), version),
      name,
    );
  }

  #add(at: number, change: TimelineChange): void {
    this.entries.push({ atMs: this.#since(at), ...change });
  }

  #since(at: number): number {
    return at - (this.#startedAt ?? at);
  }
}
