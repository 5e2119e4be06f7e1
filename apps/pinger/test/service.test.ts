import { once } from 'node:events';
import {
  clientRequestDuration,
  type MetricDefinition,
  pingLatency,
  pingOutcomes,
  pingsDropped,
  pingsEnded,
  pingsInFlight,
  pingsScheduled,
  scheduleLag,
  spanAttributes,
  spanNames,
} from '@observed-rollouts/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { logLine, parseLog, servingEnvironment, startPinger } from './pinger-process.ts';
import { attributeOf, type ReceivedSpan, startSpanSink } from './span-sink.ts';
import { startHttpTarget, startRawTarget, type Target } from './targets.ts';

/** Answers ping k (from 1) as told; tells when so many have arrived. */
async function startCountingTarget(answer: (k: number) => number = () => 200) {
  let arrived = 0;
  const traceparents: string[] = [];
  const waiting = new Map<number, () => void>();
  const target = await startHttpTarget((request, response) => {
    arrived += 1;
    traceparents.push(`${request.headers['traceparent']}`);
    response.writeHead(answer(arrived)).end('pong');
    waiting.get(arrived)?.();
  });
  onTestFinished(() => target.close());
  return {
    ...target,
    traceparents,
    arrived: () => arrived,
    whenArrived: (count: number) =>
      arrived >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(count, resolve)),
  };
}

/** Samples of one scrape by series, as plain text shows them. */
async function scrape(metricsUrl: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

const seriesOf = (samples: ReadonlyMap<string, number>, name: string) =>
  [...samples].filter(([series]) => series === name || series.startsWith(`${name}{`));
const sumOf = (samples: ReadonlyMap<string, number>, name: string): number =>
  seriesOf(samples, name).reduce((sum, [, value]) => sum + value, 0);

test('pings until SIGTERM, then ends with code 0 and every ping accounted for', async () => {
  const target = await startCountingTarget((k) => (k % 4 === 0 ? 503 : 200));
  const { env } = await servingEnvironment();
  const pinger = startPinger({ env: { ...env, PINGER_TARGET: target.url, PINGER_RATE: '100' } });
  await target.whenArrived(50);
  pinger.child.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await pinger.ended;

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const summary = parseLog(stdout).find(({ msg }) => msg === 'run ended');
  const sent = target.arrived();
  const failures = Math.floor(sent / 4);
  expect(summary).toMatchObject({ scheduled: sent, sent, ok: sent - failures, dropped: 0, inFlight: 0 });
  expect(summary?.['failed']).toMatchObject({ http_5xx: failures, http_4xx: 0, timeout: 0, connection_reset: 0 });
  // A connection per ping is what reaches every pod behind a Service.
  expect(target.connections()).toBe(sent);
});

test('waits on SIGTERM for the answers it can still get, and sends nothing more', async () => {
  const unanswered: (() => void)[] = [];
  let isAnswering = false;
  let arrived = 0;
  const { promise: third, resolve } = Promise.withResolvers<void>();
  const target = await startHttpTarget((_request, response) => {
    arrived += 1;
    if (isAnswering) response.end();
    else unanswered.push(() => response.end());
    if (arrived === 3) resolve();
  });
  onTestFinished(() => target.close());
  const { env } = await servingEnvironment();
  const pinger = startPinger({
    env: { ...env, PINGER_TARGET: target.url, PINGER_TIMEOUT: '60s', DRAIN_TIMEOUT: '60s' },
  });
  await third;
  pinger.child.kill('SIGTERM');
  // Readiness goes off while the pings are still unanswered.
  await logLine(pinger, 'draining: readiness is off, requests are served');
  isAnswering = true;
  for (const answer of unanswered) answer();
  const { exitCode, stdout } = await pinger.ended;
  expect(exitCode).toBe(0);
  expect(parseLog(stdout).find(({ msg }) => msg === 'run ended')).toMatchObject({
    scheduled: arrived,
    ok: arrived,
    inFlight: 0,
  });
});

test('abandons, at the end of the drain, what is never answered', async () => {
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const target = await startRawTarget(() => resolve());
  onTestFinished(() => target.close());
  const { env } = await servingEnvironment();
  const pinger = startPinger({
    env: { ...env, PINGER_TARGET: target.url, PINGER_RATE: '0.1', PINGER_TIMEOUT: '60s', DRAIN_TIMEOUT: '200ms' },
  });
  await first;
  pinger.child.kill('SIGTERM');
  const { exitCode, stdout } = await pinger.ended;
  expect(exitCode).toBe(0);
  expect(parseLog(stdout).find(({ msg }) => msg === 'run ended')).toMatchObject({ scheduled: 1, ok: 0, inFlight: 1 });
});

test('shows every series of the contract on the first scrape, and counts pings as the target does', async () => {
  const target = await startCountingTarget((k) => (k % 2 === 0 ? 500 : 200));
  const { env, http, metrics } = await servingEnvironment();
  const pinger = startPinger({ env: { ...env, PINGER_TARGET: target.url, PINGER_RATE: '20', DRAIN_TIMEOUT: '0ms' } });
  await logLine(pinger, 'listening');

  const first = await scrape(metrics);
  const missing = [
    pingsScheduled,
    pingsEnded,
    pingsDropped,
    pingsInFlight,
    pingLatency,
    clientRequestDuration,
    scheduleLag,
  ]
    .map((definition: MetricDefinition) => {
      const name = definition.type === 'histogram' ? `${definition.name}_count` : definition.name;
      return { name, missing: definition.initialSeries.length - seriesOf(first, name).length };
    })
    .filter((series) => series.missing > 0);
  expect(missing).toEqual([]);
  expect(seriesOf(first, pingsEnded.name).map(([series]) => /outcome="(\w+)"/.exec(series)?.[1])).toEqual(pingOutcomes);
  expect((await fetch(`${http}/livez`)).status).toBe(200);
  expect((await fetch(`${http}/readyz`)).status).toBe(200);

  const later = await vi.waitUntil(
    async () => {
      const samples = await scrape(metrics);
      return sumOf(samples, pingsEnded.name) >= 10 && samples;
    },
    { timeout: 20_000 },
  );
  const ended = sumOf(later, pingsEnded.name);
  expect(sumOf(later, `${pingLatency.name}_count`)).toBe(ended);
  expect(sumOf(later, `${clientRequestDuration.name}_count`)).toBe(ended);
  expect(sumOf(later, pingsScheduled.name)).toBe(ended + sumOf(later, pingsInFlight.name));
  expect(sumOf(later, `${scheduleLag.name}_count`)).toBe(sumOf(later, pingsScheduled.name));
  const served = seriesOf(later, `${clientRequestDuration.name}_count`).filter(([, value]) => value > 0);
  expect(served.map(([series]) => labelsOf(series))).toEqual([
    { http_request_method: 'GET', server_address: '127.0.0.1', http_response_status_code: '200', error_type: '' },
    {
      http_request_method: 'GET',
      server_address: '127.0.0.1',
      http_response_status_code: '500',
      error_type: 'http_5xx',
    },
  ]);
  pinger.child.kill('SIGTERM');
  expect((await pinger.ended).exitCode).toBe(0);
});

function labelsOf(series: string): Record<string, string> {
  return Object.fromEntries([...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

test('opens a trace per ping that the service joins, and links its metrics to it', async () => {
  const sink = await startSpanSink();
  onTestFinished(() => sink.close());
  const target = await startCountingTarget((k) => (k % 2 === 0 ? 500 : 200));
  const { env, metrics } = await servingEnvironment();
  const pinger = startPinger({
    isTraced: true,
    env: {
      ...env,
      PINGER_TARGET: target.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL(sink.url).origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    },
  });
  await logLine(pinger, 'listening');
  const exemplars = await vi.waitUntil(
    async () => {
      const found = await exemplarTraceIds(metrics);
      return found.size === 3 && target.arrived() >= 6 && found;
    },
    { timeout: 20_000 },
  );
  pinger.child.kill('SIGTERM');
  expect((await pinger.ended).exitCode).toBe(0);

  const roots = sink.spans.filter(({ name }) => name === spanNames.ping);
  expect(roots).toHaveLength(target.arrived());
  expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length);
  const places = roots.map((root) => Number(attributeOf(root, spanAttributes.pingIndex)));
  expect(places.toSorted((a, b) => a - b)).toEqual(roots.map((_root, index) => index));
  for (const root of roots) expectTraceOf(root, sink.spans, target.traceparents);
  const traceIds = new Set(roots.map(({ traceId }) => traceId));
  expect([...exemplars.keys()].sort()).toEqual([
    `${clientRequestDuration.name}_bucket`,
    `${pingLatency.name}_bucket`,
    pingsEnded.name,
  ]);
  expect([...exemplars.values()].flat().filter((traceId) => !traceIds.has(traceId))).toEqual([]);
});

test('tells the service that a ping is not sampled, and exports nothing of it', async () => {
  const sink = await startSpanSink();
  onTestFinished(() => sink.close());
  const target = await startCountingTarget();
  const { env } = await servingEnvironment();
  const pinger = startPinger({
    isTraced: true,
    env: {
      ...env,
      PINGER_TARGET: target.url,
      PINGER_RATE: '50',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.5',
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL(sink.url).origin,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    },
  });
  await target.whenArrived(50);
  pinger.child.kill('SIGTERM');
  expect((await pinger.ended).exitCode).toBe(0);

  const arrivals = target.traceparents.map((text) => /^00-([0-9a-f]{32})-[0-9a-f]{16}-(0[01])$/.exec(text) ?? [text]);
  const tracesWithFlag = (flag: string) =>
    arrivals.filter(([, , ownFlag]) => ownFlag === flag).map(([, traceId]) => traceId);
  expect(new Set([...tracesWithFlag('00'), ...tracesWithFlag('01')]).size).toBe(target.arrived());
  // At a ratio of a half, fewer than 5 of 50 on either side happen in fewer than 1 of 10^9 runs.
  expect(Math.min(tracesWithFlag('00').length, tracesWithFlag('01').length)).toBeGreaterThanOrEqual(5);
  expect([...new Set(sink.spans.map(({ traceId }) => traceId))].sort()).toEqual(tracesWithFlag('01').sort());
  expect(sink.spans).toHaveLength(2 * tracesWithFlag('01').length);
});

/** One trace: the root `ping` > the client span of the request > whatever the target continues from `traceparent`. */
function expectTraceOf(root: ReceivedSpan, spans: readonly ReceivedSpan[], traceparents: readonly string[]): void {
  expect(root.parentSpanId ?? '').toBe('');
  expect(Number(attributeOf(root, spanAttributes.pingLag))).toBeGreaterThanOrEqual(0);
  const clients = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId);
  expect(clients.map(({ traceId, kind }) => ({ traceId, kind }))).toEqual([{ traceId: root.traceId, kind: 3 }]);
  const arrival = traceparents.indexOf(`00-${root.traceId}-${clients[0]?.spanId}-01`);
  expect(arrival).not.toBe(-1);
  // Every second arrival is answered 500.
  const hasFailed = arrival % 2 === 1;
  expect(root.status).toEqual(hasFailed ? { code: 2, message: 'status 500' } : { code: 0 });
  expect(attributeOf(root, 'error.type')).toBe(hasFailed ? 'http_5xx' : undefined);
}

/** Trace ids of the exemplars by the name of their sample. */
async function exemplarTraceIds(metricsUrl: string): Promise<Map<string, string[]>> {
  const accept = 'application/openmetrics-text; version=1.0.0';
  const text = await (await fetch(`${metricsUrl}/metrics`, { headers: { accept } })).text();
  const found = new Map<string, string[]>();
  for (const [, name = '', traceId = ''] of text.matchAll(/^(\w+)\{.* # \{.*trace_id="(\w+)"/gm)) {
    if (name.startsWith('http_server_')) continue;
    found.set(name, [...(found.get(name) ?? []), traceId]);
  }
  return found;
}

test('ends by itself after PINGER_DURATION with --serve, its summary as the last words of its log', async () => {
  const target: Target = await startCountingTarget();
  const { env } = await servingEnvironment();
  const pinger = startPinger({
    flags: ['--serve'],
    env: { ...env, PINGER_TARGET: target.url, PINGER_DURATION: '300ms' },
  });
  const [exitCode] = (await once(pinger.child, 'close')) as [number];
  expect(exitCode).toBe(0);
  expect(pinger.stdout()).toMatch(/^http:.*\n\nscheduled +3\nsent +3\nok +3 /);
});
