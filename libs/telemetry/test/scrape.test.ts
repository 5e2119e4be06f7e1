import {
  pingsDropped,
  serverRequestDuration,
  servedRoutes,
  workloadMetrics,
  workloads,
} from '@observed-rollouts/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Metrics } from '../src/index.ts';
import { openMetrics, plainText } from '../src/metrics/negotiation.ts';
import { parseSamples, type SampleWorkload, scrape, startSample } from './sample-workload.ts';

let running: SampleWorkload;
let firstScrape: string;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const definition = serverRequestDuration(servedRoutes[workloads.pingService]);
const pingSucceeded = { http_request_method: 'GET', http_route: '/ping', http_response_status_code: '200' };
const pingFailed = { ...pingSucceeded, http_response_status_code: '500' };

beforeAll(async () => {
  running = await startSample();
  firstScrape = (await scrape(running.metricsPort)).body;
  const metrics = running.app.get(Metrics);
  metrics.observe(definition, 0.2, pingSucceeded, { spanContext: { traceId, spanId, traceFlags: 1 } });
  metrics.observe(definition, 0.2, pingFailed, { spanContext: { traceId, spanId, traceFlags: 0 } });
});
afterAll(() => running.close());

const counters = ['http_server_parse_errors_total', 'process_cpu_seconds_total'];

/** Each counter under its own name in a text scrape, under its base name with `_total` samples in an OpenMetrics one. */
function expectComplete({ body, contentType }: { body: string; contentType: string | null }, accept: string): void {
  const isOpenMetrics = accept === openMetrics.mediaType;
  expect(contentType).toBe((isOpenMetrics ? openMetrics : plainText).contentType);
  for (const counter of counters) {
    const family = isOpenMetrics ? counter.replace(/_total$/, '') : counter;
    expect(body).toContain(`\n# TYPE ${family} counter\n`);
    expect(body).toMatch(new RegExp(`^${counter} \\d`, 'm'));
  }
  expect(body.endsWith('\n# EOF\n')).toBe(isOpenMetrics);
  expect(body.includes(`# {trace_id="${traceId}",span_id="${spanId}"} 0.2 `)).toBe(isOpenMetrics);
  expect(body.match(/ # \{/g)?.length ?? 0).toBe(isOpenMetrics ? 1 : 0);
}

test('the first scrape of a newborn process holds every series of the contract, at zero', () => {
  const samples = parseSamples(firstScrape);
  for (const { name, type, initialSeries, processLabels = [] } of workloadMetrics[workloads.pingService]) {
    if (processLabels.length > 0) continue;
    for (const labels of initialSeries) {
      const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const series = `${name}${type === 'histogram' ? '_count' : ''}${text.length > 0 ? `{${text.join(',')}}` : ''}`;
      expect(samples.get(series), series).toBe(0);
    }
  }
  const build = `build_info{service_name="ping-service",service_version="1.2.3",node_version="${process.version}"}`;
  expect(samples.get(build)).toBe(1);
});

test('no metric has a name that linters refuse: only counters end in _total', () => {
  const types = [...firstScrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => ({ name, type }));
  expect(types.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
});

test.each([
  [plainText.mediaType, openMetrics.mediaType, plainText.mediaType],
  [openMetrics.mediaType, plainText.mediaType, openMetrics.mediaType],
])('one format after the other, in either order: %s, %s, %s', async (...accepts) => {
  for (const accept of accepts) expectComplete(await scrape(running.metricsPort, accept), accept);
});

test('both formats at once', async () => {
  const accepts = Array.from({ length: 60 }, (_, index) => (index % 2 ? openMetrics : plainText).mediaType);
  const scrapes = await Promise.all(accepts.map((accept) => scrape(running.metricsPort, accept)));
  scrapes.forEach((answer, index) => expectComplete(answer, accepts[index] as string));
});

test('an unsampled span leaves no exemplar, its observation counts all the same', async () => {
  const samples = parseSamples((await scrape(running.metricsPort)).body);
  const series = (status: string) =>
    samples.get(
      `http_server_request_duration_seconds_count{http_request_method="GET",http_route="/ping",http_response_status_code="${status}"}`,
    );
  expect([series('200'), series('500')]).toEqual([1, 1]);
});

test('a metric of another workload is a defect', () => {
  expect(() => running.app.get(Metrics).increment(pingsDropped, {})).toThrow(
    'Metrics: metric pinger_pings_dropped_total is not registered, expected one of workloadMetrics; add it to the workload in libs/contract',
  );
});

test('the scrape port answers nothing but scrapes, and errors as problem JSON', async () => {
  const response = await fetch(`http://127.0.0.1:${running.metricsPort}/ok`);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'Nothing is served at this path.',
  });
});
