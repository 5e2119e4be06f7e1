import { describe, expect, test } from 'vitest';
import { exemplarLabels, workloads } from './labels.ts';
import { bucketMatcher, type HistogramDefinition } from './metric.ts';
import { buildInfo, workloadMetrics } from './metrics.ts';

const definitions = Object.values(workloads).flatMap((workload) =>
  workloadMetrics[workload].map((metric) => ({ workload, metric })),
);
const histograms = definitions.flatMap(({ workload, metric }) =>
  metric.type === 'histogram' ? [{ workload, metric }] : [],
) as { workload: string; metric: HistogramDefinition }[];

test.each(Object.values(workloads))('the metrics of %s have different names', (workload) => {
  const names = workloadMetrics[workload].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(definitions.map(({ workload, metric }) => [workload, metric.name, metric] as const))(
  '%s %s',
  (_workload, _name, metric) => {
    test('has a name and labels that Prometheus accepts', () => {
      expect(metric.name).toMatch(/^[a-z][a-z0-9_]*$/);
      for (const label of Object.keys(metric.labels)) expect(label).toMatch(/^(?!__)[a-z][a-z0-9_]*$/);
      expect(Object.keys(metric.labels)).not.toContain('le');
    });

    test('ends in _total if it is a counter, and only then; a histogram ends in its unit', () => {
      expect(metric.name.endsWith('_total')).toBe(metric.type === 'counter');
      if (metric.type === 'histogram') expect(metric.name).toMatch(/_seconds$/);
    });

    test('begins with series of exactly its own labels, each once and within its bounds', () => {
      const { labels, initialSeries, processLabels = [] } = metric;
      const expected = Object.keys(labels).filter((label) => !processLabels.includes(label));
      expect(initialSeries.length).toBeGreaterThan(0);
      for (const series of initialSeries) expect(Object.keys(series).sort()).toEqual([...expected].sort());
      expect(new Set(initialSeries.map((series) => JSON.stringify(Object.entries(series).sort()))).size).toBe(
        initialSeries.length,
      );
      for (const label of expected) {
        const values = new Set(initialSeries.map((series) => series[label]));
        expect(values.size).toBeLessThanOrEqual(labels[label]?.maxValues as number);
      }
    });
  },
);

test('every workload says which build it is', () => {
  for (const workload of Object.values(workloads)) expect(workloadMetrics[workload]).toContain(buildInfo);
});

test.each(histograms)('the buckets of $metric.name of $workload ascend', ({ metric }) => {
  expect(metric.buckets).toEqual([...new Set(metric.buckets)].sort((a, b) => a - b));
  expect(metric.buckets[0]).toBeGreaterThan(0);
  expect(metric.buckets.at(-1)).toBeLessThan(Infinity);
});

test('the labels of an exemplar fit into the 128 characters of OpenMetrics', () => {
  const text = exemplarLabels.traceId + '0'.repeat(32) + exemplarLabels.spanId + '0'.repeat(16);
  expect(text.length).toBe(63);
});

describe('a bucket matcher finds its bucket on Prometheus 2 and 3, and no other', () => {
  test.each([
    [1, 'le=~"1([.]0)?"'],
    [10, 'le=~"10([.]0)?"'],
    [0.5, 'le="0.5"'],
    [2.5, 'le="2.5"'],
  ])('%d', (bound, matcher) => {
    expect(bucketMatcher(bound)).toBe(matcher);
  });

  test('also as an anchored expression', () => {
    const pattern = new RegExp(`^(?:${/"(.*)"/.exec(bucketMatcher(1))?.[1]})$`);
    const found = ['1', '1.0', '10', '1.5', '0.1', '1.00'].filter((le) => pattern.test(le));
    expect(found).toEqual(['1', '1.0']);
  });
});
