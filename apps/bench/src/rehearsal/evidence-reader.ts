import { setTimeout as sleep } from 'node:timers/promises';
import { targetLabels, workloads } from '@observed-rollouts/contract';
import { gateTest, pingServiceLevel } from '@observed-rollouts/slo';
import { type AnswerCount, pingsOf } from './answers.ts';
import { EvidenceClock } from './evidence-clock.ts';

const { objectives } = pingServiceLevel;
const canaryEveryMs = 100;
/** Stable's part in the evidence changes slowly; each reading costs its pods CPU time. */
const stableEveryMs = 500;
const targetsEveryMs = 250;

type ByPod = Map<string, readonly AnswerCount[]>;

/** Reads the counters of a rehearsal's pods at the pods themselves, which are ahead of Prometheus by a scrape, until it is stopped. */
export class EvidenceReader implements AsyncDisposable {
  readonly clock = new EvidenceClock(
    objectives.map((objective) => ({ objective, test: gateTest(objective, pingServiceLevel) })),
  );
  readonly #prometheusUrl: string;
  readonly #canaryHash: string;
  readonly #stableHash: string;
  readonly #stopping = new AbortController();
  readonly #loops: readonly Promise<void>[];
  #canaryUrls: readonly string[] = [];
  #stableUrls: readonly string[] = [];
  readonly #canary: ByPod = new Map();
  readonly #stable: ByPod = new Map();
  /** Stable's counters when the canary was first seen. */
  #stableBefore: readonly AnswerCount[] | undefined;

  constructor(prometheusUrl: string, canaryHash: string, stableHash: string) {
    this.#prometheusUrl = prometheusUrl;
    this.#canaryHash = canaryHash;
    this.#stableHash = stableHash;
    this.#loops = [
      this.#every(targetsEveryMs, () => this.#readTargets()),
      this.#every(stableEveryMs, () => this.#read(this.#stableUrls, this.#stable)),
      this.#every(canaryEveryMs, async () => {
        await this.#read(this.#canaryUrls, this.#canary);
        this.#judge();
      }),
    ];
  }

  stop(): void {
    this.#stopping.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await Promise.all(this.#loops);
  }

  #judge(): void {
    if (this.#canary.size === 0) return;
    const stable = totalOf(this.#stable);
    this.#stableBefore ??= stable;
    const since = stable.map(({ bad, total }, index) => ({
      bad: bad - (this.#stableBefore?.[index]?.bad ?? 0),
      total: total - (this.#stableBefore?.[index]?.total ?? 0),
    }));
    this.clock.take({ at: Date.now(), canary: totalOf(this.#canary), stable: since });
  }

  async #readTargets(): Promise<void> {
    const answer = await this.#get(`${this.#prometheusUrl}/api/v1/targets?state=active`);
    const { data } = JSON.parse(answer) as {
      data: { activeTargets: readonly { scrapeUrl: string; labels: Readonly<Record<string, string>> }[] };
    };
    const urlsOf = (hash: string) =>
      data.activeTargets
        .filter(
          ({ labels }) =>
            labels[targetLabels.service] === workloads.pingService && labels[targetLabels.podTemplateHash] === hash,
        )
        .map(({ scrapeUrl }) => scrapeUrl);
    this.#canaryUrls = urlsOf(this.#canaryHash);
    this.#stableUrls = urlsOf(this.#stableHash);
  }

  /** Keeps what a pod had that doesn't answer any more. */
  async #read(urls: readonly string[], counts: ByPod): Promise<void> {
    await Promise.all(
      urls.map(async (url) => {
        const exposition = await this.#get(url).catch(() => undefined);
        if (exposition !== undefined)
          counts.set(
            url,
            objectives.map((objective) => pingsOf(exposition, objective)),
          );
      }),
    );
  }

  async #get(url: string): Promise<string> {
    const answer = await fetch(url, { headers: { accept: 'text/plain' }, signal: this.#stopping.signal });
    return answer.text();
  }

  async #every(milliseconds: number, act: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // A pod that starts or ends doesn't answer: the next reading may.
      await act().catch(() => undefined);
      await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

function totalOf(counts: ByPod): readonly AnswerCount[] {
  return objectives.map((_, index) => {
    const own = [...counts.values()].map((each) => each[index] as AnswerCount);
    return {
      bad: own.reduce((sum, { bad }) => sum + bad, 0),
      total: own.reduce((sum, { total }) => sum + total, 0),
    };
  });
}
