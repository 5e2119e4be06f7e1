import type { Outcome } from '../controller/outcome.ts';
import { eventsOf, type Recording } from '../recording/recording.ts';
import type { AncestorVerdict, Timing, Usage, VersionSample } from '../release/event.ts';
import type { PingSummary } from '../release/pings.ts';
import type { DecisiveMetric } from '../release/verdict.ts';
import { type CardExemplar, cardExemplar } from './card-exemplar.ts';
import { type Excess, excessOf } from './excess.ts';

/** What users got from one version between the start of the release and its last sample. */
export type VersionCounts = Pick<VersionSample, 'answers' | 'failed' | 'slow'>;

/** A fault that the release file asked for. */
export interface CardFault {
  readonly fault: string;
  /** Milliseconds since the release started, where it had. */
  readonly injectedAfterMs?: number;
  readonly undoneAfterMs?: number;
  readonly message: string;
}

/** The whole verdict about one release; the terminal, Markdown, JUnit and HTML show the same facts of it. */
export interface VerdictCard {
  readonly release: string;
  readonly description: string;
  /** The service file; absent for a release of ping-service. */
  readonly file?: string;
  readonly outcome: Outcome;
  readonly expected: string;
  readonly asExpected: boolean;
  /** Why, in the controller's words. */
  readonly message: string;
  /** The metric that decided with its value and bound; absent when no analysis decided. */
  readonly decidedBy?: DecisiveMetric;
  /** Milliseconds from the first Ready canary pod to the decision; absent without one. */
  readonly evidenceMs?: number;
  /** Milliseconds from the start of the release to the decision, and to the end of what it caused. */
  readonly decidedAfterMs: number;
  readonly endedAfterMs: number;
  /** By the last sample; absent when Prometheus never answered. */
  readonly stable?: VersionCounts;
  /** Absent when Prometheus never had an answer of it. */
  readonly canary?: VersionCounts;
  /** Absent when one of the versions has no answers, so that there is nothing to compare. */
  readonly excess?: Excess;
  /** As the pinger, the user, counted them: what got no answer at all is only here. */
  readonly pings: PingSummary;
  /** Absent when Prometheus didn't answer at the end. */
  readonly ancestor?: AncestorVerdict;
  /** A ping that shows what was wrong; absent when none was failed or slow, or Prometheus kept none. */
  readonly exemplar?: CardExemplar;
  /** Alerts that fired during the release, by name. */
  readonly alerts: readonly string[];
  readonly faults: readonly CardFault[];
  /** What the rehearsal said about its own sight, in order. */
  readonly diagnoses: readonly string[];
  readonly timing?: Timing;
  readonly usage?: Usage;
  readonly seed: number;
}

/** The card of a release that has its verdict. Errors: throws when the recording has none. */
export function verdictCard(recording: Recording): VerdictCard {
  const verdict = eventsOf(recording, 'verdict').at(-1);
  if (!verdict) throw new Error(`release ${recording.release}: no verdict yet, expected a release that has ended`);
  const { outcome, expected, asExpected, message, decidedAfterMs, endedAfterMs, pings, seed } = verdict;
  const sample = eventsOf(recording, 'sample').at(-1);
  const { stable, canary } = sample ?? {};
  const excess = stable && canary && excessOf(canary, stable);
  const exemplar = cardExemplar(recording, verdict.decidedBy?.metric);
  const ancestor = eventsOf(recording, 'ancestor').at(-1);
  const used = eventsOf(recording, 'usage').at(-1);
  const started = eventsOf(recording, 'started').at(-1);
  return {
    release: recording.release,
    description: started?.description ?? '',
    ...(started?.file === undefined ? {} : { file: started.file }),
    outcome,
    expected,
    asExpected,
    message,
    ...(verdict.decidedBy ? { decidedBy: verdict.decidedBy } : {}),
    ...(verdict.evidenceMs === undefined ? {} : { evidenceMs: verdict.evidenceMs }),
    decidedAfterMs,
    endedAfterMs,
    ...(stable ? { stable: countsOf(stable) } : {}),
    ...(canary ? { canary: countsOf(canary) } : {}),
    ...(excess ? { excess } : {}),
    pings,
    ...(ancestor ? { ancestor: ancestorOf(ancestor) } : {}),
    ...(exemplar ? { exemplar } : {}),
    alerts: firedAlerts(recording),
    faults: faultsOf(recording),
    diagnoses: eventsOf(recording, 'diagnosis').map((event) => event.message),
    ...(used ? { timing: used.timing, usage: used.usage } : {}),
    seed,
  };
}

function countsOf({ answers, failed, slow }: VersionSample): VersionCounts {
  return { answers, failed, slow };
}

function ancestorOf({ outcome, afterMs, metric, readings }: AncestorVerdict): AncestorVerdict {
  return { outcome, afterMs, ...(metric === undefined ? {} : { metric }), readings };
}

function firedAlerts(recording: Recording): readonly string[] {
  const alerts = eventsOf(recording, 'sample').flatMap((sample) => sample.alerts);
  return [...new Set(alerts.filter(({ state }) => state === 'firing').map(({ name }) => name))];
}

/** An injection and what undid it are one fault: the first of that name that is still open. */
function faultsOf(recording: Recording): readonly CardFault[] {
  const faults: CardFault[] = [];
  for (const { fault, phase, message, sinceRelease } of eventsOf(recording, 'fault')) {
    if (phase === 'injected') {
      faults.push({ fault, message, ...(sinceRelease === undefined ? {} : { injectedAfterMs: sinceRelease }) });
      continue;
    }
    const index = faults.findIndex((open) => open.fault === fault && open.undoneAfterMs === undefined);
    const open = faults[index];
    if (open && sinceRelease !== undefined) faults[index] = { ...open, undoneAfterMs: sinceRelease };
  }
  return faults;
}
