import { hashes } from '../manifest/analysis-manifest.ts';
import { type Aggregate, isSelected, type Selector } from '../manifest/promql.ts';
import type { Samples } from '../manifest/reader.ts';

/** Answers of one pod by status and speed: fast 200, slow 200, fast 500, slow 500. */
export type Cells = readonly [number, number, number, number];

/** A pod whose counters start at `base` and grow evenly. */
export interface ScriptedPod {
  readonly version: keyof typeof hashes;
  /** Seconds of its first scrape, and of the first without it. */
  readonly from: number;
  readonly until?: number;
  readonly base: Cells;
  readonly perSecond?: Cells;
  /** Seconds at which it started anew. */
  readonly restarts?: readonly number[];
  /** Statuses that its metrics have a child for; a service creates that of 200 at its start. */
  readonly statuses?: readonly string[];
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: ScriptedPod;
  readonly valueAt: (second: number) => number;
}

/** Counters of a pod, whether it is there or not. */
export function cellsAt({ base, perSecond = [0, 0, 0, 0], from }: ScriptedPod, second: number): Cells {
  return base.map((count, cell) => count + (perSecond[cell] as number) * (second - from)) as unknown as Cells;
}

export function isThere({ from, until = Infinity }: ScriptedPod, second: number): boolean {
  return second >= from && second < until;
}

/** Series of scripted pods, and of others that no query of the analysis may take for theirs. */
export class ScriptedWorld {
  readonly pods: readonly ScriptedPod[];
  readonly #series: readonly Series[];
  readonly #selected = new Map<string, readonly Series[]>();
  readonly #known = new Map<string, number | undefined>();

  constructor(pods: readonly ScriptedPod[], namespace: string, bucketOfOneSecond: '1' | '1.0') {
    this.pods = pods;
    const own = pods.flatMap((pod, index) =>
      seriesOf(pod, { ...identity(namespace), pod: `${pod.version}-${index}` }, bucketOfOneSecond),
    );
    const strangers = (['canary', 'stable'] as const).flatMap((version) =>
      [{ namespace: 'elsewhere' }, { service: 'pinger' }, { http_route: '/readyz' }].flatMap((other) =>
        seriesOf({ ...stranger, version }, { ...identity(namespace), pod: 'other', ...other }, bucketOfOneSecond),
      ),
    );
    // A pod's own start time has no route: the stranger by route is the pod itself.
    this.#series = [
      ...own,
      ...strangers.filter(
        ({ labels }) => !(labels['__name__'] === 'process_start_time_seconds' && labels['http_route'] === '/readyz'),
      ),
    ];
  }

  at(second: number): Samples {
    return ({ by, of, text }: Aggregate) => {
      const key = `${second} ${text}`;
      if (!this.#known.has(key)) this.#known.set(key, this.#aggregate(by, this.#values(of, second)));
      return this.#known.get(key);
    };
  }

  #aggregate(by: Aggregate['by'], values: readonly number[]): number | undefined {
    if (values.length === 0) return undefined;
    return by === 'count' ? values.length : values.reduce((sum, value) => sum + value, 0);
  }

  #values(of: Aggregate['of'], second: number): number[] {
    const there = this.#select(of.selector).filter(({ pod }) => isThere(pod, second));
    switch (of.kind) {
      case 'instant':
        return there.map((series) => series.valueAt(second));
      case 'changes':
        return there.map((series) => changesIn(samplesIn(series, second, of.rangeMs)));
      case 'increase':
        return there.flatMap((series) => increaseOf(samplesIn(series, second, of.rangeMs), of.rangeMs / 1000));
      case 'since seen': {
        const base = new Set(this.#select(of.base));
        const points = pointsIn(second, of.rangeMs / 1000, of.stepMs / 1000).filter((point) =>
          this.#select(of.seen).some(({ pod }) => isThere(pod, Math.floor(point))),
        );
        return there
          .filter((series) => base.has(series))
          .flatMap((series) => {
            const past = points
              .map(Math.floor)
              .filter((point) => isThere(series.pod, point))
              .map(series.valueAt);
            return past.length === 0 ? [] : [series.valueAt(second) - Math.min(...past)];
          });
      }
    }
  }

  #select(selector: Selector): readonly Series[] {
    const key = JSON.stringify(selector);
    const known = this.#selected.get(key) ?? this.#series.filter(({ labels }) => isSelected(selector, labels));
    this.#selected.set(key, known);
    return known;
  }
}

const stranger: Omit<ScriptedPod, 'version'> = {
  from: -5000,
  base: [9001, 3002, 2003, 1004],
  perSecond: [1, 1, 1, 1],
  restarts: [990, 1000],
};

function identity(namespace: string) {
  return { namespace, service: 'ping-service', http_route: '/ping' };
}

function seriesOf(pod: ScriptedPod, labels: Readonly<Record<string, string>>, oneSecond: '1' | '1.0'): Series[] {
  const common = { ...labels, rollouts_pod_template_hash: hashes[pod.version] };
  const answers = (pod.statuses ?? ['200', '500']).flatMap((status) => {
    const [fast, slow] = status === '200' ? [0, 1] : [2, 3];
    const of = (name: string, count: (fast: number, slow: number) => number, more = {}): Series => ({
      labels: {
        ...common,
        ...more,
        __name__: `http_server_request_duration_seconds_${name}`,
        http_response_status_code: status,
      },
      pod,
      valueAt: (second) => {
        const cells = cellsAt(pod, second);
        return count(cells[fast as 0], cells[slow as 0]);
      },
    });
    const all = (quick: number, late: number) => quick + late;
    return [
      of('count', all),
      of('sum', (quick, late) => 0.3 * quick + 2.1 * late),
      of('bucket', (quick) => Math.floor(quick / 2), { le: '0.5' }),
      of('bucket', (quick) => quick, { le: oneSecond }),
      of('bucket', all, { le: '2.5' }),
      of('bucket', all, { le: '10' }),
      of('bucket', all, { le: '+Inf' }),
    ];
  });
  const restarts = pod.restarts ?? [];
  const { http_route: _, ...target } = common as Record<string, string>;
  const start: Series = {
    labels: {
      ...target,
      ...(labels['http_route'] === '/readyz' ? { http_route: '/readyz' } : {}),
      __name__: 'process_start_time_seconds',
    },
    pod,
    valueAt: (second) => restarts.reduce((last, restart) => (restart <= second ? restart : last), pod.from),
  };
  return [...answers, start];
}

/** A scrape each second, the range's start excluded. */
function samplesIn({ pod, valueAt }: Series, second: number, rangeMs: number): { at: number; value: number }[] {
  const first = Math.max(pod.from, Math.floor(second - rangeMs / 1000) + 1);
  return Array.from({ length: second - first + 1 }, (_, index) => ({
    at: first + index,
    value: valueAt(first + index),
  }));
}

function changesIn(samples: readonly { value: number }[]): number {
  return samples.filter(({ value }, index) => index > 0 && value !== samples[index - 1]?.value).length;
}

/** Prometheus' extrapolation, for counters that never reset: to the range's start where samples reach near it, else by half a step. */
function increaseOf(samples: readonly { at: number; value: number }[], range: number): number[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2) return [];
  const grown = last.value - first.value;
  const covered = last.at - first.at;
  const toStart = range - covered;
  const step = covered / (samples.length - 1);
  const toZero = grown > 0 ? covered * (first.value / grown) : Infinity;
  return [grown * ((covered + Math.min(toStart < step * 1.1 ? toStart : step / 2, toZero)) / covered)];
}

/** Times of a subquery: whole multiples of its step. */
function pointsIn(second: number, range: number, step: number): number[] {
  const points: number[] = [];
  for (let point = Math.floor(second / step) * step; point > second - range; point -= step) points.push(point);
  return points;
}
