import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../harness/workspace-root.ts';
import { EvidenceReader } from './evidence-reader.ts';

/** Times of one rehearsal. */
export interface Played {
  readonly release: string;
  /** Milliseconds from the start of the command to the first Ready pod. */
  readonly firstPodReadyMs: number;
  /** From there to the verdict of the gate: from the start of the release, from the canary's first answer, from the evidence. */
  readonly sinceReleaseMs: number;
  readonly sinceFirstAnswerMs: number;
  readonly sinceEvidenceMs: number;
  /** Of a core, while the release was played: the rehearsal's own process. */
  readonly harnessShare: number;
}

/** The events of `rehearse --json` that the bench reads; see apps/rehearsal/schema/events.schema.json. */
type Event = { readonly time: string } & (
  | { readonly type: 'prometheus'; readonly url: string }
  | { readonly type: 'pod'; readonly phase: string }
  | { readonly type: 'release'; readonly stableHash: string; readonly canaryHash: string }
  | { readonly type: 'analysisEnd'; readonly kind: string; readonly phase: string }
  | {
      readonly type: 'usage';
      readonly timing: { readonly endedMs: number };
      readonly usage: { readonly harnessCpuSeconds: number };
    }
  | { readonly type: 'verdict'; readonly asExpected: boolean; readonly message: string }
);
type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

export interface PlayOptions {
  readonly release: string;
  readonly reportFolder: string;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/**
 * Plays a release with the built rehearsal, and reads the pods' own counters meanwhile.
 *
 * Errors: rejects when the rehearsal fails, or ends otherwise than its release file says.
 */
export async function playRelease({ release, reportFolder, signal, progress }: PlayOptions): Promise<Played> {
  const startedAt = Date.now();
  const program = join(root, 'apps', 'rehearsal', 'dist', 'main.js');
  const child = spawn(process.execPath, [program, release, '--json', '--report', reportFolder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await using ending = new AsyncDisposableStack();
  ending.defer(() => end(child));
  const abort = () => child.kill('SIGTERM');
  signal.addEventListener('abort', abort);
  ending.defer(() => signal.removeEventListener('abort', abort));
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes = (notes + text).slice(-2_000)));
  const events: Event[] = [];
  let reader: EvidenceReader | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Event;
    events.push(event);
    if (event.type === 'release') {
      const url = firstOf(events, 'prometheus').url;
      reader = ending.use(new EvidenceReader(url, event.canaryHash, event.stableHash));
    }
    if (event.type === 'analysisEnd' && event.kind === 'step') reader?.stop();
    if (event.type === 'release' || event.type === 'analysisEnd') progress(`${release}: ${event.type}`);
  }
  signal.throwIfAborted();
  const verdict = events.find((event) => event.type === 'verdict');
  if (verdict?.asExpected !== true) {
    throw new Error(
      `rehearsal of ${release}: ${verdict?.message ?? 'no verdict'}, expected the end of its file\n${notes}`,
    );
  }
  if (reader === undefined) throw new Error(`rehearsal of ${release}: got no release event, expected one`);
  return timesOf(release, startedAt, events, reader);
}

function timesOf(release: string, startedAt: number, events: readonly Event[], reader: EvidenceReader): Played {
  const { clock } = reader;
  const at = ({ time }: Event) => Date.parse(time);
  const end = firstOf(events, 'analysisEnd', ({ kind }) => kind === 'step');
  const evidenceAt = end.phase === 'Failed' ? clock.refusedAt : clock.passedAt;
  const { firstAnswerAt } = clock;
  if (evidenceAt === undefined || firstAnswerAt === undefined) {
    throw new Error(`rehearsal of ${release}: a verdict fell, but the pods' counters hold no evidence for it`);
  }
  const { timing, usage } = firstOf(events, 'usage');
  return {
    release,
    firstPodReadyMs: at(firstOf(events, 'pod', ({ phase }) => phase === 'ready')) - startedAt,
    sinceReleaseMs: at(end) - at(firstOf(events, 'release')),
    sinceFirstAnswerMs: at(end) - firstAnswerAt,
    sinceEvidenceMs: at(end) - evidenceAt,
    harnessShare: usage.harnessCpuSeconds / (timing.endedMs / 1000),
  };
}

function firstOf<T extends Event['type']>(
  events: readonly Event[],
  type: T,
  isMeant: (event: EventOf<T>) => boolean = () => true,
): EventOf<T> {
  const found = events.find((event): event is EventOf<T> => event.type === type && isMeant(event as EventOf<T>));
  if (found === undefined) throw new Error(`rehearsal: got no event ${type}, expected one`);
  return found;
}

/** The rehearsal ends what it started when it is asked to end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
