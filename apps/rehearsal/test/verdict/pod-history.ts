import { drawInteger, type Random } from '../../src/cluster/random.ts';

/** What one scrape of a pod stored. */
export interface Scrape {
  /** Milliseconds since the start of the sequence. */
  readonly at: number;
  /** Counters by status code: all answers, and those within the latency bound. A failed scrape stores staleness markers instead. */
  readonly counters: ReadonlyMap<string, { readonly total: number; readonly fast: number }> | 'stale';
  /** Seconds; what `process_start_time_seconds` says. */
  readonly startedAt: number;
}

/** Everything that Prometheus got from one pod. */
export interface PodHistory {
  readonly pod: string;
  readonly version: 'canary' | 'stable';
  readonly scrapes: readonly Scrape[];
}

/** Answers per second and the chances that one is bad or slow. */
export interface Behaviour {
  readonly rate: number;
  readonly bad: number;
  readonly slow: number;
}

/** The life of one pod; times in milliseconds since the start of the sequence, on the grid of 250 ms. */
export interface PodLife {
  readonly pod: string;
  readonly version: 'canary' | 'stable';
  readonly firstScrape: number;
  readonly lastScrape: number;
  readonly behaviour: (at: number) => Behaviour;
  /** Seconds of answers that the first scrape already counts. */
  readonly before?: number;
  /** Times at which the process starts again, with all counters at 0. */
  readonly restarts?: readonly number[];
  /** Chance that a scrape does not take place, and leaves nothing. */
  readonly skipped?: number;
  /** Chance that a scrape fails, and leaves staleness markers. */
  readonly failed?: number;
  /** From when to when every scrape fails. */
  readonly unseen?: readonly [from: number, to: number];
  /** Whether the target was dropped at the end, which leaves staleness markers, or the pod just fell silent. */
  readonly markedEnd: boolean;
  /** Status codes that only appear with the first answer; the others are there from the first scrape on. */
  readonly lateCodes?: boolean;
}

const scrapeIntervalMs = 1_000;

export function liveThrough(life: PodLife, random: Random): PodHistory {
  const { firstScrape, lastScrape, restarts = [], skipped = 0, failed = 0, before = 0, unseen = [0, 0] } = life;
  const scrapes: Scrape[] = [];
  let counters = emptyCounters(life);
  let startedAt = Math.floor(firstScrape / 1000) - 5;
  answer(counters, before, life.behaviour(firstScrape), random);
  for (let at = firstScrape; at <= lastScrape; at += scrapeIntervalMs) {
    if (restarts.some((restart) => restart > at - scrapeIntervalMs && restart <= at)) {
      counters = emptyCounters(life);
      startedAt = at / 1000;
    }
    if (at > firstScrape) answer(counters, 1, life.behaviour(at), random);
    const first = at === firstScrape;
    if (!first && random() < skipped) continue;
    const stale = !first && (random() < failed || (at >= unseen[0] && at < unseen[1]));
    scrapes.push({ at, counters: stale ? 'stale' : copy(counters), startedAt });
  }
  if (life.markedEnd) scrapes.push({ at: lastScrape + scrapeIntervalMs, counters: 'stale', startedAt });
  return { pod: life.pod, version: life.version, scrapes };
}

type Counters = Map<string, { total: number; fast: number }>;

function emptyCounters({ lateCodes = false }: PodLife): Counters {
  return new Map((lateCodes ? ['200'] : ['200', '500']).map((code) => [code, { total: 0, fast: 0 }]));
}

function copy(counters: Counters): Counters {
  return new Map([...counters].map(([code, counter]) => [code, { ...counter }]));
}

function answer(counters: Counters, seconds: number, { rate, bad, slow }: Behaviour, random: Random): void {
  // Around the mean, 0 to twice as many: the arithmetic must not depend on how answers arrive.
  const answers = drawInteger(random, Math.round(2 * rate * seconds) + 1);
  for (let index = 0; index < answers; index++) {
    const code = random() < bad ? (random() < 0.8 ? '500' : '503') : '200';
    const counter = counters.get(code) ?? { total: 0, fast: 0 };
    counters.set(code, { total: counter.total + 1, fast: counter.fast + (random() < slow ? 0 : 1) });
  }
}
