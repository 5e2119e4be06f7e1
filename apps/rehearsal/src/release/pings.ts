import { pingAnswered, pingsDropped, pingsEnded } from '@observed-rollouts/contract';

/** How the pings of a period ended. */
export interface PingCounts {
  /** By outcome: `ok`, `http_5xx`, `timeout`, …; every outcome of the contract. */
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly dropped: number;
}

/** Outcomes with an answer that isn't a success: what a release declares by its environment. */
const answeredFailures: readonly string[] = ['http_5xx', 'http_4xx', 'invalid_response'];

export interface PingSummary {
  /** Pings that ended. */
  readonly ended: number;
  readonly ok: number;
  /** Answered, but not with success. */
  readonly failedAnswers: number;
  /** Without an answer: refused, reset, timed out. */
  readonly transportFailures: number;
  readonly dropped: number;
}

/** Counts since an earlier reading. */
export function pingsSince(now: PingCounts, before: PingCounts): PingSummary {
  const since = Object.entries(now.byOutcome).map(
    ([outcome, count]) => [outcome, count - (before.byOutcome[outcome] ?? 0)] as const,
  );
  const sum = (select: (outcome: string) => boolean) =>
    since.filter(([outcome]) => select(outcome)).reduce((total, [, count]) => total + count, 0);
  return {
    ended: sum(() => true),
    ok: sum((outcome) => outcome === pingAnswered),
    failedAnswers: sum((outcome) => answeredFailures.includes(outcome)),
    transportFailures: sum((outcome) => outcome !== pingAnswered && !answeredFailures.includes(outcome)),
    dropped: now.dropped - before.dropped,
  };
}

/** Reads the pinger's own counters, not Prometheus' copy, which is a scrape behind. Errors: rejects when it doesn't answer. */
export async function readPings(metricsUrl: string): Promise<PingCounts> {
  const answer = await fetch(metricsUrl, { headers: { accept: 'text/plain' }, signal: AbortSignal.timeout(5_000) });
  return parsePings(await answer.text());
}

/** Errors: throws on a text without the pinger's counters. */
export function parsePings(exposition: string): PingCounts {
  const byOutcome: Record<string, number> = {};
  for (const [, labels = '', value] of samplesOf(exposition, pingsEnded.name)) {
    const outcome = /outcome="([^"]*)"/.exec(labels)?.[1];
    if (outcome !== undefined) byOutcome[outcome] = (byOutcome[outcome] ?? 0) + Number(value);
  }
  const [dropped] = [...samplesOf(exposition, pingsDropped.name)];
  if (Object.keys(byOutcome).length === 0 || !dropped)
    throw new Error(`the pinger's metrics have no ${pingsEnded.name}`);
  return { byOutcome, dropped: Number(dropped[2]) };
}

function samplesOf(exposition: string, name: string): IterableIterator<RegExpMatchArray> {
  return exposition.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, 'gm'));
}
