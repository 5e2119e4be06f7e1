import {
  ancestorQuery,
  answerMetricOf,
  exemplarSelector,
  sampleQueries,
  type ServiceLevel,
} from '@observed-rollouts/slo';
import { PrometheusSeries } from '../prometheus/series.ts';
import type { EventBody, Exemplar } from '../release/event.ts';
import type { Span } from '../tracing/span.ts';
import { ancestorLooks, ancestorStepMs, ancestorVerdict } from './ancestor.ts';
import { pingJudge } from './bad-ping.ts';
import { exemplarsOf, keptExemplars, selectExemplars } from './exemplars.ts';
import { describeFailure, Sampler } from './sampler.ts';
import { tracesOf } from './traces.ts';

const queryTimeoutMs = 5_000;

export interface ObserverSettings {
  readonly prometheusUrl: string;
  readonly level: ServiceLevel;
  readonly namespace: string;
  readonly stableHash: string;
  readonly canaryHash: string;
  /** Milliseconds since the epoch. */
  readonly releasedAt: number;
  /** Spans that have arrived. */
  readonly spans: () => readonly Span[];
  /** Where a trace is shown; absent without a Tempo. */
  readonly linkOf?: ((traceId: string) => string) | undefined;
  readonly emit: (event: EventBody) => void;
}

/**
 * Watches what users get from both versions while a release is played; decides nothing.
 *
 * Edge: a Prometheus that doesn't answer costs samples, exemplars or the ancestor's verdict, never the release; a `diagnosis` says so.
 */
export class ReleaseObserver {
  readonly #settings: ObserverSettings;
  readonly #series: PrometheusSeries;
  readonly #sampler: Sampler;

  /** Starts to sample at once. */
  constructor(settings: ObserverSettings) {
    const { prometheusUrl, level, namespace, stableHash, canaryHash, emit } = settings;
    this.#settings = settings;
    this.#series = new PrometheusSeries(prometheusUrl, queryTimeoutMs);
    const queries = sampleQueries(level, namespace);
    this.#sampler = new Sampler({ series: this.#series, queries, stableHash, canaryHash, emit });
  }

  /** Emits the last sample, the exemplars with their traces, and the ancestor's verdict. Never rejects. */
  async finish(): Promise<void> {
    await this.#sampler.finish();
    await this.#reportExemplars().catch((error: unknown) => this.#reportFailure('exemplars', error));
    await this.#reportAncestor().catch((error: unknown) =>
      this.#reportFailure("verdict of the ancestor's rule", error),
    );
  }

  close(): void {
    this.#sampler.close();
  }

  async #reportExemplars(): Promise<void> {
    const { level, namespace, releasedAt, spans, linkOf, emit } = this.#settings;
    const { failed, unit } = answerMetricOf(level);
    const range = { start: releasedAt, end: Date.now() };
    const found = await this.#series.exemplars(exemplarSelector(level, namespace), range);
    const exemplars = selectExemplars(
      exemplarsOf(found, (hash) => this.#versionOf(hash), pingJudge(level, failed), unit === 'seconds' ? 1 : 1000),
      keptExemplars,
    );
    emit({ type: 'exemplars', exemplars });
    for (const { traceId, spans: own } of tracesOf(exemplars, spans()))
      emit({ type: 'trace', traceId, spans: own, ...(linkOf ? { link: linkOf(traceId) } : {}) });
  }

  async #reportAncestor(): Promise<void> {
    const { level, namespace, releasedAt, emit } = this.#settings;
    const range = { start: releasedAt, end: Date.now() };
    const [start, end = start] = [ancestorLooks(range).at(0), ancestorLooks(range).at(-1)];
    const query = ancestorQuery(level, namespace);
    const recorded =
      start === undefined || end === undefined ? [] : await this.#series.range(query, { start, end }, ancestorStepMs);
    emit({ type: 'ancestor', ...ancestorVerdict(recorded, range) });
  }

  #versionOf(hash: string): Exemplar['version'] | undefined {
    const { stableHash, canaryHash } = this.#settings;
    return hash === canaryHash ? 'canary' : hash === stableHash ? 'stable' : undefined;
  }

  #reportFailure(what: string, error: unknown): void {
    this.#settings.emit({ type: 'diagnosis', message: `Prometheus gave no ${what}: ${describeFailure(error)}` });
  }
}
