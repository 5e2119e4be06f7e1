import { targetLabels } from '@observed-rollouts/contract';
import type { Balancer } from '../cluster/balancer.ts';
import type { Pod } from '../cluster/pod.ts';
import { queryInstant, scrapeFailureOf } from '../prometheus/query.ts';
import { evidenceLimitMs, missingEvidence, type PodEvidence } from './evidence.ts';

const lookEveryMs = 2_000;
const queryTimeoutMs = 5_000;
/** A look that comes later than this after its time means that the whole program stood still: a suspended or overloaded machine. */
const standstillMs = 2_000;

export interface EvidenceWatchSettings {
  /** Pods of the canary. */
  readonly pods: () => readonly Pod[];
  readonly balancer: Pick<Balancer, 'connectionsOf'>;
  readonly prometheusUrl: string;
  /** Counter of the service's answers. */
  readonly counter: string;
  readonly report: (message: string) => void;
}

/** Says why an analysis reads nothing of a canary, and when the machine stood still: what a reading of 0 alone doesn't tell. */
export class EvidenceWatch {
  readonly #settings: EvidenceWatchSettings;
  /** Pods whose missing evidence has been reported. */
  readonly #reported = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #expectedAt: number;

  constructor(settings: EvidenceWatchSettings) {
    this.#settings = settings;
    this.#expectedAt = Date.now() + lookEveryMs;
    this.#timer = setInterval(() => this.#tick(), lookEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const late = Date.now() - this.#expectedAt;
    this.#expectedAt = Date.now() + lookEveryMs;
    if (late > standstillMs) this.#settings.report(describeStandstill(late));
    if (this.#looking) return;
    this.#looking = true;
    // Prometheus not answering shows in the readings themselves, which are errors then.
    void this.#look()
      .catch(() => undefined)
      .finally(() => (this.#looking = false));
  }

  async #look(): Promise<void> {
    const suspects = this.#settings
      .pods()
      .filter(({ readySince }) => readySince !== undefined && Date.now() - readySince > evidenceLimitMs);
    for (const pod of suspects) {
      const message = missingEvidence(await this.#evidenceOf(pod), Date.now());
      const { name } = pod.identity;
      if (this.#timer === undefined) return;
      if (message !== undefined && !this.#reported.has(name)) this.#settings.report(message);
      if (message === undefined && this.#reported.delete(name))
        this.#settings.report(`canary pod ${name} yields evidence now`);
      if (message !== undefined) this.#reported.add(name);
    }
  }

  async #evidenceOf(pod: Pod): Promise<PodEvidence> {
    const { prometheusUrl, balancer, counter } = this.#settings;
    const { name } = pod.identity;
    const selector = `{${targetLabels.pod}="${name}"}`;
    const valueOf = async (query: string) => {
      const result = await queryInstant(prometheusUrl, query, queryTimeoutMs);
      return typeof result === 'number' ? result : result[0];
    };
    const up = await valueOf(`max(up${selector})`);
    const answers = (await valueOf(`sum(${counter}${selector})`)) ?? 0;
    const failed = up === 0 ? await scrapeFailureOf(prometheusUrl, name, queryTimeoutMs) : '';
    const scrape = up === undefined ? 'none' : up === 1 ? 'up' : { failed };
    return { pod: name, readySince: pod.readySince, scrape, connections: balancer.connectionsOf(name), answers };
  }
}

/** Pings that were due meanwhile start all at once, and those beyond the pinger's bound in flight are dropped: that is no fault of a release. */
function describeStandstill(lateMs: number): string {
  return `this machine stood still for ${(lateMs / 1000).toFixed(1)} s: readings are late, and pings that were due meanwhile are sent at once or dropped`;
}
