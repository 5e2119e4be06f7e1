import type { ExpectedReading } from './arithmetic.ts';
import type { CountSequence } from './sequences.ts';
import type { StoredSample, StoredSeries } from './stored-series.ts';

/** Milliseconds between two values of an input series. */
const gridMs = 250;

/** promtool takes its time for each look: it takes every eighth and the deciding ones; a live Prometheus takes all. */
const stride = 8;

export interface ExpectedQuery {
  readonly query: string;
  /** One for each look of the sequence. */
  readonly expected: readonly ExpectedReading[];
}

/**
 * One test of `promtool test rules` on stored series of a sequence: each query must yield one sample within its tolerance at every eighth look
 * and at the given ones.
 *
 * A query that yields nothing, NaN or several samples doesn't compare as 1, and the test fails.
 */
export function promtoolTest(
  sequence: CountSequence,
  stored: readonly StoredSeries[],
  queries: readonly ExpectedQuery[],
  decidingLooks: readonly number[],
): object {
  const { looks } = sequence;
  const taken = looks.flatMap((_, look) =>
    (look + looks.length) % stride === 0 || decidingLooks.includes(look) ? [look] : [],
  );
  // promtool only loads the samples up to the last whole evaluation interval before the last check.
  const loadAll = { expr: 'vector(1)', eval_time: `${(looks.at(-1) ?? 0) + 2000}ms`, exp_samples: [one] };
  return {
    name: sequence.name,
    interval: `${gridMs}ms`,
    input_series: stored.map(({ labels, samples }) => ({
      series: selectorOf(labels),
      values: valuesOf(samples),
    })),
    promql_expr_test: [
      ...taken.flatMap((look) => queries.map((query) => checkAt(query, looks[look] as number, look))),
      loadAll,
    ],
  };
}

const one = { labels: '{}', value: 1 };

function checkAt({ query, expected }: ExpectedQuery, at: number, look: number): object {
  const { value, tolerance } = expected[look] as ExpectedReading;
  return { expr: `abs((${query}) - (${value})) <= bool ${tolerance}`, eval_time: `${at}ms`, exp_samples: [one] };
}

function selectorOf({ __name__, ...labels }: Readonly<Record<string, string>>): string {
  return `${__name__}{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}

/** Samples at their places on the grid; the places between are missing. */
function valuesOf(samples: readonly StoredSample[]): string {
  const values: string[] = [];
  let next = 0;
  for (const { at, value } of samples) {
    const place = at / gridMs;
    if (!Number.isInteger(place) || place < next)
      throw new Error(`sample at ${at} ms: expected ascending multiples of ${gridMs} ms`);
    if (place > next) values.push(place - next === 1 ? '_' : `_x${place - next}`);
    values.push(`${value}`);
    next = place + 1;
  }
  return values.join(' ');
}
