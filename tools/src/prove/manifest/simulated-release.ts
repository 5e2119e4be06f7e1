import { answersByLook } from '@observed-rollouts/slo';
import { AnswerStream, type Uniform } from '../draws.ts';
import { hashes, type ReleaseManifest } from './analysis-manifest.ts';
import type { ManifestMetric } from './measuring.ts';
import type { PlayedWorld } from './play.ts';
import { type Aggregate, isSelected, PromqlError, type Selector } from './promql.ts';
import { QueryReader } from './reader.ts';

/** Shares of answers that fail, and of answers that take longer than a second. */
export interface AnswerShares {
  readonly failed: number;
  readonly slow: number;
}

/** What a simulated release answers, from its first second on. */
export interface SimulatedBehaviour {
  readonly canary: AnswerShares;
  readonly stable: AnswerShares;
  /** Requests per second over all pods; one pod of n gets one in n. */
  readonly perSecond: number;
}

/** Answers of one pod in each way that the queries can tell apart. */
type Cells = Float64Array;
const cellLabels = [
  { status: '200', fast: true },
  { status: '200', fast: false },
  { status: '500', fast: true },
  { status: '500', fast: false },
] as const;

/** Which cells an aggregation adds up, of which version. */
interface Reading {
  readonly canary: readonly number[];
  readonly stable: readonly number[];
}

/** The pods of a release and their counters; every look of the analysis is a scrape. */
export class SimulatedRelease implements PlayedWorld {
  readonly startSeconds = 0;
  readonly #reader: QueryReader;
  readonly #queries: ReadonlyMap<ManifestMetric, () => number | undefined>;
  readonly #readings = new Map<string, () => number | undefined>();
  readonly #release: ReleaseManifest;
  readonly #behaviour: SimulatedBehaviour;
  #canary: AnswerPod[] = [];
  #stable: AnswerPod[] = [];
  #uniform: Uniform = () => 0;
  #second = 0;

  constructor(release: ReleaseManifest, behaviour: SimulatedBehaviour) {
    this.#release = release;
    this.#behaviour = behaviour;
    this.#reader = new QueryReader((leaf) => this.#sample(leaf));
    const gates = release.steps.flatMap((step) => (step.kind === 'analysis' ? step.metrics : []));
    this.#queries = new Map([...gates, ...release.watch].map((it) => [it, this.#reader.prepare(it.query)]));
  }

  /** A release of its own for each call. */
  begin(uniform: Uniform): this {
    this.#uniform = uniform;
    this.#canary = [];
    this.#stable = [];
    this.#second = 0;
    return this;
  }

  /** Answers of the canary so far that failed. */
  get failedAnswers(): number {
    return this.#canary.reduce((sum, { cells }) => sum + (cells[2] as number) + (cells[3] as number), 0);
  }

  readonly tick = (second: number, weight: number): void => {
    const { replicas } = this.#release;
    this.#second = second;
    this.#reader.advance();
    const pods = (replicas * weight) / 100;
    const { canary, stable, perSecond } = this.#behaviour;
    while (this.#canary.length < pods) this.#canary.push(new AnswerPod(second, canary, this.#uniform));
    if (this.#stable.length === 0) {
      this.#stable = Array.from({ length: replicas - pods }, () => new AnswerPod(second, stable, this.#uniform));
    }
    this.#stable.length = replicas - pods;
    for (const pod of [...this.#canary, ...this.#stable]) pod.answer(second, perSecond / replicas);
  };

  readonly read = (metric: ManifestMetric): number | undefined => this.#queries.get(metric)?.();

  #sample(leaf: Aggregate): number | undefined {
    const known = this.#readings.get(leaf.text) ?? this.#readingOf(leaf);
    this.#readings.set(leaf.text, known);
    return known();
  }

  /** Which counters an aggregation means is found once, by matching its labels with those of each counter. */
  #readingOf({ by, of, text }: Aggregate): () => number | undefined {
    if (of.kind === 'instant' && by === 'count') {
      const series = cellsOf(of.selector, hashes.canary, this.#release.namespace).filter((it) => it > 0).length;
      return () => this.#canary.length * series || undefined;
    }
    // Pods of this simulation never restart.
    if (of.kind === 'changes') return () => undefined;
    const read = readingFor(of.selector, this.#release.namespace);
    if (of.kind === 'increase') return () => this.#total(read, (pod) => pod.since(this.#second - of.rangeMs / 1000));
    if (of.kind === 'instant') return () => this.#total(read, ({ cells }) => cells);
    const seen = readingFor(of.seen, this.#release.namespace);
    if (
      JSON.stringify(of.base) !== JSON.stringify(of.selector) ||
      seen.stable.some((it) => it > 0) ||
      of.stepMs !== 1000
    ) {
      throw new PromqlError('stable since the look that first saw the canary, each second', text);
    }
    return () => this.#total(read, (pod) => pod.since(Math.max(pod.from, this.#second - of.rangeMs / 1000 + 1)));
  }

  #total(read: Reading, cellsOfPod: (pod: AnswerPod) => Cells): number | undefined {
    let sum = 0;
    for (const pod of this.#canary) sum += weighted(read.canary, cellsOfPod(pod));
    for (const pod of this.#stable) sum += weighted(read.stable, cellsOfPod(pod));
    return sum;
  }
}

function weighted(weights: readonly number[], cells: Cells): number {
  let sum = 0;
  for (let cell = 0; cell < weights.length; cell++) sum += (weights[cell] as number) * (cells[cell] as number);
  return sum;
}

function readingFor(selector: Selector, namespace: string): Reading {
  return {
    canary: cellsOf(selector, hashes.canary, namespace),
    stable: cellsOf(selector, hashes.stable, namespace),
  };
}

/** How many of a selector's series each cell counts in. */
function cellsOf(selector: Selector, hash: string, namespace: string): number[] {
  const common = {
    namespace,
    service: 'ping-service',
    rollouts_pod_template_hash: hash,
    http_route: '/ping',
    http_request_method: 'GET',
  };
  return cellLabels.map(({ status, fast }) => {
    const labels = { ...common, http_response_status_code: status };
    const series: Record<string, string>[] = [
      { ...labels, __name__: 'http_server_request_duration_seconds_count' },
      ...['1', '2.5', '+Inf']
        .filter((le) => fast || le !== '1')
        .map((le) => ({ ...labels, __name__: 'http_server_request_duration_seconds_bucket', le })),
    ];
    return series.filter((it) => isSelected(selector, it)).length;
  });
}

/** Seconds that a pod remembers, for counts over a time: no window of the analysis is longer. */
const remembered = 1024;

/** One pod with its counters, and what they were some time ago. */
class AnswerPod {
  readonly cells: Cells = new Float64Array(cellLabels.length);
  /** Second of its first scrape. */
  readonly from: number;
  readonly #failed: AnswerStream;
  readonly #slow: AnswerStream;
  #past = new Float64Array(cellLabels.length * 32);
  #looks = 0;

  constructor(from: number, { failed, slow }: AnswerShares, uniform: Uniform) {
    this.from = from;
    this.#failed = new AnswerStream(uniform, failed);
    this.#slow = new AnswerStream(uniform, slow);
  }

  answer(second: number, perLook: number): void {
    const look = second - this.from + 1;
    for (let left = answersByLook(perLook, look) - answersByLook(perLook, look - 1); left > 0; left--) {
      const cell = 2 * this.#failed.take(1) + this.#slow.take(1);
      this.cells[cell] = (this.cells[cell] as number) + 1;
    }
    this.#remember();
  }

  /** Counts since a scrape; one before the first is the first of all pods, whose counts are not of this release. */
  since(second: number): Cells {
    const look = second - this.from;
    if (look < 0) return this.cells;
    const at = (look % this.#slots) * cellLabels.length;
    return this.cells.map((count, cell) => count - (this.#past[at + cell] as number));
  }

  get #slots(): number {
    return this.#past.length / cellLabels.length;
  }

  #remember(): void {
    if (this.#looks >= this.#slots && this.#slots < remembered) {
      const wider = new Float64Array(this.#past.length * 2);
      wider.set(this.#past);
      this.#past = wider;
    }
    this.#past.set(this.cells, (this.#looks++ % this.#slots) * cellLabels.length);
  }
}
