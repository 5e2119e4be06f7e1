import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { HistogramSeries } from './histogram-series.ts';

const labelNames = ['method', 'status'];
const exemplarLabels = { trace_id: '0af7651916cd43dd8448eb211c80319c' };

function createHistogram(): { histogram: Histogram; render: () => Promise<string> } {
  const registry = new Registry<never>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const buckets = [0.005, 0.5, 1, 10];
  const options = { name: 'a_seconds', help: 'a', labelNames, buckets, enableExemplars: true, registers: [registry] };
  return { histogram: new Histogram(options), render: () => registry.metrics() };
}

test('a series counts as the histogram itself does, in each bucket, on its edges and above them', async () => {
  const [expected, actual] = [createHistogram(), createHistogram()];
  const values = [0, 0.004, 0.005, 0.0051, 0.5, 0.9, 1, 9.99, 10, 10.01, 1e6];
  actual.histogram.zero({ method: 'GET', status: '200' });
  const combinations = [
    { method: 'GET', status: '200' },
    { method: 'GET', status: '500' },
    { method: 'POST', status: '200' },
  ];
  for (const labels of combinations) {
    const series = new HistogramSeries(actual.histogram, labels);
    for (const value of values) {
      expected.histogram.observe({ labels, value });
      series.observe(value);
    }
  }
  expect(await actual.render()).toBe(await expected.render());
});

test('exemplars are those that the histogram itself would keep: the latest of each bucket, and above all buckets', async () => {
  const [expected, actual] = [createHistogram(), createHistogram()];
  const labels = { method: 'GET', status: '200' };
  const series = new HistogramSeries(actual.histogram, labels);
  for (const [index, value] of [0.001, 0.25, 0.3, 20, 0.2, 30, 10].entries()) {
    const exemplar = { trace_id: `${index}`.padStart(32, '0'), span_id: `${index}`.padStart(16, '0') };
    expected.histogram.observe({ labels, value, exemplarLabels: exemplar } as never);
    series.observe(value, exemplar);
    series.observe(value);
    expected.histogram.observe({ labels, value });
  }
  // The time of an exemplar ends its line.
  const withoutTimes = (text: string) => text.replaceAll(/(# \{.*) [\d.]+$/gm, '$1 now');
  const rendered = await actual.render();
  expect(withoutTimes(rendered)).toBe(withoutTimes(await expected.render()));
  expect(rendered.match(/# \{/g)).toHaveLength(4);
  const times = [...rendered.matchAll(/# \{.* ([\d.]+)$/gm)].map(([, time]) => Number(time));
  for (const time of times) expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60);
});

test('two of one series, and the histogram itself with an exemplar, add to the same counts', async () => {
  const { histogram, render } = createHistogram();
  const labels = { method: 'GET', status: '200' };
  new HistogramSeries(histogram, labels).observe(0.25);
  histogram.observe({ labels, value: 0.25, exemplarLabels } as never);
  new HistogramSeries(histogram, labels).observe(0.25);
  const rendered = await render();
  expect(rendered).toContain('a_seconds_count{method="GET",status="200"} 3\n');
  expect(rendered).toContain('a_seconds_sum{method="GET",status="200"} 0.75\n');
  expect(rendered).toMatch(/a_seconds_bucket\{le="0.5",method="GET",status="200"\} 3 # \{trace_id="\w+"\} 0.25 /);
});
