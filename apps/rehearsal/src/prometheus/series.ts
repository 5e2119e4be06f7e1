import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string()]);
const failure = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });

function answerOf<T extends z.ZodType>(data: T) {
  return z.discriminatedUnion('status', [z.object({ status: z.literal('success'), data }), failure]);
}

const vectorAnswer = answerOf(
  z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: labels, value: sample })) }),
);
const matrixAnswer = answerOf(
  z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: labels, values: z.array(sample) })) }),
);
const exemplarsAnswer = answerOf(
  z.array(
    z.object({
      seriesLabels: labels,
      exemplars: z.array(z.object({ labels, value: z.string(), timestamp: z.number() })),
    }),
  ),
);
const alertsAnswer = answerOf(
  z.object({ alerts: z.array(z.object({ labels, state: z.enum(['pending', 'firing', 'inactive']) })) }),
);

export interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and infinities included. */
  readonly value: number;
}

export interface LabelledSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Values by their time in milliseconds since the epoch. */
  readonly values: ReadonlyMap<number, number>;
}

export interface ExemplarSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    /** Milliseconds since the epoch. */
    readonly at: number;
  }[];
}

export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** A stretch of time, in milliseconds since the epoch, both ends included. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads of one Prometheus that keep labels, unlike the analysis' own.
 *
 * Errors: every read rejects when there is no answer in time, and with Prometheus' words when it refuses.
 */
export class PrometheusSeries {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;

  constructor(baseUrl: string, timeoutMs: number) {
    this.#baseUrl = baseUrl;
    this.#timeoutMs = timeoutMs;
  }

  /** The present value of a vector. */
  async vector(query: string): Promise<readonly LabelledValue[]> {
    const { result } = await this.#ask('query', { query }, vectorAnswer);
    return result.map(({ metric, value }) => ({ labels: metric, value: toNumber(value[1]) }));
  }

  /** The values that a vector had, from the start on in steps. */
  async range(query: string, { start, end }: TimeRange, stepMs: number): Promise<readonly LabelledSeries[]> {
    const parameters = { query, start: `${start / 1000}`, end: `${end / 1000}`, step: `${stepMs / 1000}` };
    const { result } = await this.#ask('query_range', parameters, matrixAnswer);
    return result.map(({ metric, values }) => ({
      labels: metric,
      values: new Map(values.map(([seconds, text]) => [Math.round(seconds * 1000), toNumber(text)])),
    }));
  }

  /** The exemplars that are still kept; those of a series that hasn't got any are absent. */
  async exemplars(selector: string, { start, end }: TimeRange): Promise<readonly ExemplarSeries[]> {
    const parameters = { query: selector, start: `${start / 1000}`, end: `${end / 1000}` };
    const series = await this.#ask('query_exemplars', parameters, exemplarsAnswer);
    return series.map(({ seriesLabels, exemplars }) => ({
      labels: seriesLabels,
      exemplars: exemplars.map((exemplar) => ({
        labels: exemplar.labels,
        value: toNumber(exemplar.value),
        at: Math.round(exemplar.timestamp * 1000),
      })),
    }));
  }

  /** Alerts that are pending or firing. */
  async alerts(): Promise<readonly ActiveAlert[]> {
    const { alerts } = await this.#ask('alerts', {}, alertsAnswer);
    return alerts.flatMap(({ labels: own, state }) => (state === 'inactive' ? [] : [{ labels: own, state }]));
  }

  async #ask<T>(
    path: string,
    parameters: Readonly<Record<string, string>>,
    schema: z.ZodType<{ status: 'success'; data: T } | z.infer<typeof failure>>,
  ): Promise<T> {
    const url = `${this.#baseUrl}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(this.#timeoutMs) });
    const answer = schema.parse(await response.json());
    if (answer.status === 'error') throw new Error(`${answer.errorType}: ${answer.error}`);
    return answer.data;
  }
}

function toNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
