import { targetLabels } from '@observed-rollouts/contract';
import { sampledQuantiles, sampleLabels, type SampleQueries } from '@observed-rollouts/slo';
import type { ActiveAlert, LabelledValue, PrometheusSeries } from '../prometheus/series.ts';
import type { AlertSample, EventBody, VersionSample } from '../release/event.ts';
import { AnswerCounts } from './answer-counts.ts';

const sampleEveryMs = 1_000;

export interface SamplerSettings {
  readonly series: PrometheusSeries;
  readonly queries: SampleQueries;
  readonly stableHash: string;
  readonly canaryHash: string;
  readonly emit: (event: EventBody) => void;
}

/** Emits a `sample` every second while Prometheus answers; says once when it doesn't, and once when it does again. */
export class Sampler {
  readonly #settings: SamplerSettings;
  readonly #counts: AnswerCounts;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;
  #failedSince: number | undefined;

  /** Looks at once: what is there now is what the counts start from. */
  constructor(settings: SamplerSettings) {
    this.#settings = settings;
    this.#counts = new AnswerCounts(settings.canaryHash);
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), sampleEveryMs);
    this.#timer.unref();
  }

  /** Takes the last sample, with what was scraped until now. */
  async finish(): Promise<void> {
    this.close();
    await this.#look;
    await this.#sample();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A look that takes longer than a second is no reason for a second one at the same time. */
  #tick(): void {
    this.#look ??= this.#sample().finally(() => (this.#look = undefined));
  }

  async #sample(): Promise<void> {
    const { series, queries, stableHash, canaryHash, emit } = this.#settings;
    try {
      const [counts, quantiles, alerts] = await Promise.all([
        series.vector(queries.counts),
        series.vector(queries.quantiles),
        series.alerts(),
      ]);
      this.#counts.look(counts);
      this.#reportAnswer();
      const canary = this.#versionSample(canaryHash, quantiles);
      emit({
        type: 'sample',
        stable: this.#versionSample(stableHash, quantiles),
        ...(canary.answers > 0 ? { canary } : {}),
        pods: this.#counts.byPod,
        alerts: alertSamples(alerts),
      });
    } catch (error) {
      this.#reportFailure(error);
    }
  }

  #versionSample(hash: string, quantiles: readonly LabelledValue[]): VersionSample {
    const [p50, p90] = sampledQuantiles.map(
      (quantile) =>
        quantiles.find(
          ({ labels }) =>
            labels[targetLabels.podTemplateHash] === hash && labels[sampleLabels.quantile] === `${quantile}`,
        )?.value,
    );
    return { ...this.#counts.ofVersion(hash), ...(isNumber(p50) ? { p50 } : {}), ...(isNumber(p90) ? { p90 } : {}) };
  }

  #reportFailure(error: unknown): void {
    if (this.#failedSince !== undefined) return;
    this.#failedSince = Date.now();
    const reason = describeFailure(error);
    this.#settings.emit({
      type: 'diagnosis',
      message: `Prometheus doesn't answer (${reason}): no samples until it does`,
    });
  }

  #reportAnswer(): void {
    if (this.#failedSince === undefined) return;
    const seconds = ((Date.now() - this.#failedSince) / 1000).toFixed(1);
    this.#failedSince = undefined;
    this.#settings.emit({ type: 'diagnosis', message: `Prometheus answers again after ${seconds} s without samples` });
  }
}

/** What is called `none` isn't for anybody: the watchdog always fires. Of several alerts of one name, one that fires counts. */
function alertSamples(alerts: readonly ActiveAlert[]): readonly AlertSample[] {
  const byName = new Map<string, AlertSample>();
  for (const { labels, state } of alerts) {
    const { alertname: name = '', severity = '' } = labels;
    if (severity === 'none' || byName.get(name)?.state === 'firing') continue;
    byName.set(name, { name, state, severity });
  }
  return [...byName.values()];
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

/** `fetch` says only that it failed; its cause says why. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ?? (error.name === 'TimeoutError' ? 'no answer in time' : error.message);
}
