import { setTimeout as delay } from 'node:timers/promises';
import { bucketMatcher, formatDuration, targetLabels } from '@observed-rollouts/contract';
import {
  type AnswerMetric,
  answerMetricOf,
  bucketBound,
  judgedAnswers,
  type Matchers,
  nearestBuckets,
  scrapedLabel,
} from '@observed-rollouts/slo';
import { InputError } from '@observed-rollouts/command-line';
import { labelNames, labelValues, SelectorError } from '../prometheus/label-values.ts';
import type { OwnService } from './service-file.ts';
import type { ServiceFile } from './service-file-schema.ts';

/** A metric may come with the first answers only, and these with the next scrape: so many scrapes may pass. */
const scrapesToWait = 10;
const lookEveryMs = 200;
/** So many names are shown of what there is. */
const shownNames = 12;

/** What Prometheus has of the series of a selector. */
export interface SeriesReader {
  /** Names of their labels. */
  names(selector: string): Promise<readonly string[]>;
  /** Values of one of them. */
  values(label: string, selector: string): Promise<readonly string[]>;
}

/**
 * Compares what a service exposes with what its file says of it, once requests have been answered.
 *
 * Errors: {@link InputError} with everything that would leave the analysis without evidence: metrics, labels and buckets that aren't there. Each
 *         says what is there instead.
 */
export async function checkMetrics(service: OwnService, prometheusUrl: string, signal: AbortSignal): Promise<void> {
  const reader: SeriesReader = {
    names: (selector) => labelNames(prometheusUrl, selector),
    values: (label, selector) => labelValues(prometheusUrl, label, selector),
  };
  const until = Date.now() + scrapesToWait * service.settings.promise.lookInterval;
  for (;;) {
    const [first, ...others] = await metricProblems(service, reader);
    if (first === undefined) return;
    if (Date.now() > until) throw new InputError([first, ...others]);
    await delay(lookEveryMs, undefined, { signal });
  }
}

/** One line per problem; none when the analysis can see the answers of the service. */
export async function metricProblems(
  { file, settings, level }: OwnService,
  reader: SeriesReader,
): Promise<readonly string[]> {
  const check = new MetricCheck(settings, answerMetricOf(level), reader);
  return (await check.problems()).map((problem) => `${file}: ${problem}`);
}

class MetricCheck {
  readonly #settings: ServiceFile;
  readonly #metric: AnswerMetric;
  readonly #reader: SeriesReader;
  /** Every series of the service, and those of the judged answers. */
  readonly #all: Matchers;
  readonly #judged: Matchers;

  constructor(settings: ServiceFile, metric: AnswerMetric, reader: SeriesReader) {
    this.#settings = settings;
    this.#metric = metric;
    this.#reader = reader;
    this.#all = judgedAnswers({ ...metric, judged: [] });
    this.#judged = judgedAnswers(metric);
  }

  async problems(): Promise<readonly string[]> {
    const { counter, histogram } = this.#metric;
    const { metrics, objectives } = this.#settings;
    const { availability, latency } = objectives;
    // Without a counter of its own, availability is judged by the histogram's.
    const missing = [
      ...(latency ? await this.#missing('histogram', histogram, '_bucket') : []),
      ...(availability && metrics.counter !== undefined ? await this.#missing('counter', counter, '') : []),
      ...(availability && metrics.counter === undefined && !latency
        ? await this.#missing('histogram', histogram, '_count')
        : []),
    ];
    if (missing.length > 0) return [...new Set(missing)];
    return [
      ...(latency ? await this.#boundProblems(latency.bound) : []),
      ...(availability ? await this.#statusProblems() : []),
    ];
  }

  /** What keeps the series of a metric from being found: its name, or the labels. */
  async #missing(field: 'histogram' | 'counter', name: string, suffix: string): Promise<readonly string[]> {
    if (await this.#exists(`${name}${suffix}`, this.#judged)) return [];
    if (await this.#exists(`${name}${suffix}`, this.#all)) return this.#labelProblems(`${name}${suffix}`);
    const ending = field === 'histogram' ? '_bucket' : '_total';
    const names = await this.#reader.values('__name__', selectorOf('', [...this.#all, `__name__=~".+${ending}"`]));
    const others = names.map((other) => (field === 'histogram' ? other.slice(0, -ending.length) : other));
    return [`metrics.${field}: the stable version doesn't expose ${name}, expected ${oneOf(others, `a ${field}`)}`];
  }

  async #labelProblems(name: string): Promise<readonly string[]> {
    const { labels } = this.#settings.metrics;
    const problems: string[] = [];
    for (const [label, value] of Object.entries(labels)) {
      const values = await this.#reader.values(scrapedLabel(label), selectorOf(name, this.#all));
      if (values.includes(value)) continue;
      const shown = values.map((other) => JSON.stringify(other));
      problems.push(
        values.length === 0
          ? await this.#missingLabel(`metrics.labels.${label}`, label, name)
          : `metrics.labels.${label}: got ${JSON.stringify(value)}, expected ${oneOf(shown, 'a value that it has')}`,
      );
    }
    if (problems.length > 0) return problems;
    return [`metrics.labels: no series of ${name} has all of them, expected labels of one series`];
  }

  async #boundProblems(bound: number): Promise<readonly string[]> {
    const { histogram, unit } = this.#metric;
    const name = `${histogram}_bucket`;
    const bucket = bucketMatcher(bucketBound(this.#metric, bound / 1000));
    if (await this.#exists(name, [...this.#judged, bucket])) return [];
    const values = await this.#reader.values('le', selectorOf(name, this.#judged));
    const milliseconds = values
      .map((value) => Number(value) * (unit === 'seconds' ? 1000 : 1))
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const nearest = nearestBuckets(bound, milliseconds).map(formatDuration);
    return [
      `objectives.latency.bound: got ${formatDuration(bound)}, expected a bucket of ${histogram}, the nearest ${nearest.length === 1 ? 'is' : 'are'} ${nearest.join(' and ')}`,
    ];
  }

  async #statusProblems(): Promise<readonly string[]> {
    const { counter, failed } = this.#metric;
    const { status } = this.#settings.metrics;
    const labels = await this.#reader.names(selectorOf(counter, this.#judged));
    if (!labels.includes(scrapedLabel(status.label)))
      return [await this.#missingLabel('metrics.status.label', status.label, counter)];
    try {
      await this.#exists(counter, [...this.#judged, failed]);
      return [];
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      return [
        `metrics.status.failed: got ${JSON.stringify(status.failed)}, expected regular expressions (RE2): ${error.message}`,
      ];
    }
  }

  async #missingLabel(field: string, label: string, name: string): Promise<string> {
    const ofTarget: readonly string[] = [...Object.values(targetLabels), '__name__', 'instance', 'job', 'le'];
    const labels = await this.#reader.names(selectorOf(name, this.#all));
    const own = labels.filter((other) => !ofTarget.includes(other)).map((other) => other.replace(/^exported_/, ''));
    return `${field}: ${name} has no label ${label}, expected ${oneOf(own, 'one that it has')}`;
  }

  async #exists(name: string, matchers: Matchers): Promise<boolean> {
    return (await this.#reader.values('__name__', selectorOf(name, matchers))).length > 0;
  }
}

function selectorOf(name: string, matchers: Matchers): string {
  return `${name}{${matchers.join(',')}}`;
}

function oneOf(names: readonly string[], otherwise: string): string {
  if (names.length === 0) return `${otherwise} (it exposes none)`;
  const shown = names.slice(0, shownNames).join(', ');
  return `one of ${shown}${names.length > shownNames ? `, … (${names.length})` : ''}`;
}
