import type { Outcome } from '../controller/outcome.ts';
import type { TimedEvent, Timing, Usage } from './event.ts';

/** One release of a run, as its events tell it. */
export interface ReleaseRun {
  readonly release: string;
  readonly expected: string;
  readonly outcome: Outcome;
  readonly asExpected: boolean;
  /** Why it ended so, in words. */
  readonly message: string;
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly timing: Timing;
  readonly usage: Usage;
}

/** A whole run of the program: the releases that it played to their end and where the time went. */
export interface RunSummary {
  /** Milliseconds since the epoch: the start of the program, and the end of its last release. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** From the start of the program to the first Ready pod of any release. */
  readonly firstPodReadyMs?: number;
  /** How many releases were played at the same time. */
  readonly parallel: number;
  /** CPUs that the program could use. */
  readonly cpus: number;
  /** In the order in which they were asked for. */
  readonly releases: readonly ReleaseRun[];
}

type EventOf<Type extends TimedEvent['type']> = Extract<TimedEvent, { type: Type }>;

/** What has been heard of a release that hasn't ended. */
interface Heard {
  readonly startedAt: number;
  readonly usage?: EventOf<'usage'>;
}

export interface RunSettings {
  /** Names, in the order in which they were asked for; the same one several times is one run for each time. */
  readonly releases: readonly string[];
  readonly parallel: number;
  readonly cpus: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Makes the summary of a run out of the events of its releases. */
export class RunRecorder {
  readonly #settings: RunSettings;
  readonly #heard = new Map<string, Heard>();
  readonly #runs: ReleaseRun[] = [];
  #firstPodReadyAt: number | undefined;
  #endedAt: number;

  constructor(settings: RunSettings) {
    this.#settings = settings;
    this.#endedAt = settings.startedAt;
  }

  take(event: TimedEvent): void {
    if (event.type === 'started') this.#heard.set(event.release, { startedAt: event.at });
    if (event.type === 'pod' && event.phase === 'ready') this.#firstPodReadyAt ??= event.at;
    const heard = this.#heard.get(event.release);
    if (heard === undefined) return;
    if (event.type === 'usage') this.#heard.set(event.release, { ...heard, usage: event });
    if (event.type === 'verdict') this.#end(heard, event);
  }

  get summary(): RunSummary {
    const { releases, parallel, cpus, startedAt } = this.#settings;
    const runs = this.#runs.toSorted((a, b) => releases.indexOf(a.release) - releases.indexOf(b.release));
    const firstPodReadyMs = this.#firstPodReadyAt === undefined ? undefined : this.#firstPodReadyAt - startedAt;
    return {
      startedAt,
      endedAt: this.#endedAt,
      ...(firstPodReadyMs === undefined ? {} : { firstPodReadyMs }),
      parallel,
      cpus,
      releases: runs,
    };
  }

  #end({ startedAt, usage }: Heard, verdict: EventOf<'verdict'>): void {
    const { release, expected, outcome, asExpected, message, seed, at } = verdict;
    if (usage === undefined) throw new Error(`release ${release}: got a verdict without its usage before`);
    const { timing } = usage;
    this.#endedAt = at;
    this.#runs.push({
      ...{ release, expected, outcome, asExpected, message, seed, startedAt },
      endedAt: at,
      timing,
      usage: usage.usage,
    });
  }
}

/** The last lines of a run: what didn't end as expected, and why; `6 of 6 releases ended as expected in 171.2 s` otherwise. */
export function describeRun({ startedAt, endedAt, releases }: RunSummary): string {
  const wrong = releases.filter(({ asExpected }) => !asExpected);
  if (wrong.length === 0) {
    const seconds = ((endedAt - startedAt) / 1000).toFixed(1);
    return `${count(releases.length)} ended as expected, in ${seconds} s`;
  }
  const reasons = wrong.map(
    ({ release, outcome, expected, message }) => `${release} was ${outcome}, expected ${expected} (${message})`,
  );
  return `${wrong.length} of ${count(releases.length)} did not end as expected: ${reasons.join('; ')}`;
}

function count(releases: number): string {
  return releases === 1 ? '1 release' : `${releases} releases`;
}
