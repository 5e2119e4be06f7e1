import { createServer } from 'node:net';
import { spanAttributes } from '@observed-rollouts/contract';
import { afterEach, expect, test } from 'vitest';
import { OtlpSink } from './otlp-sink.ts';
import { freePort, type RunningService, startService } from './service-process.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource.close();
});

async function listen(port?: number): Promise<OtlpSink> {
  const sink = await OtlpSink.listen(port);
  open.push(sink);
  return sink;
}

async function start(env: Record<string, string>): Promise<RunningService> {
  const service = await startService(env);
  open.push({ close: () => service.process.kill() });
  return service;
}

/** Nothing is sent before the shutdown flushes it. */
const onlyAtShutdown = { OTEL_BSP_SCHEDULE_DELAY: '600000' };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const sampledParent = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
const unsampledParent = { traceparent: `00-${traceId}-b7ad6b7169203331-00` };

async function status(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  return response.status;
}

test('SIGTERM sends the last spans, those of the drain too: one per request, none of probes and scrapes', async () => {
  const sink = await listen();
  const service = await start({
    ...sink.env,
    ...onlyAtShutdown,
    SERVICE_VERSION: '1.2.3',
    PING_LATENCY: '100%1ms',
    PING_SUCCESS_PERCENT: '0',
    DRAIN_DELAY: '1s',
  });
  expect(await status(`${service.url}/ping?secret=1`, sampledParent)).toBe(500);
  expect(await status(`${service.url}/version`, unsampledParent)).toBe(200);
  expect(await status(`${service.url}/unknown/path`)).toBe(404);
  expect(await status(`${service.url}/livez`)).toBe(200);
  expect(await status(`http://127.0.0.1:${service.metricsPort}/metrics`)).toBe(200);
  service.process.terminate();
  await service.process.logged('draining: readiness is off, requests are served');
  expect(await status(`${service.url}/readyz`)).toBe(503);
  expect(await status(`${service.url}/version`)).toBe(200);
  expect(sink.spans).toEqual([]);
  expect((await service.process.ended()).code).toBe(0);

  expect(sink.spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['2 GET /ping', '2 GET', '2 GET /version']);
  expect(sink.spans[0]).toMatchObject({
    traceId,
    parentSpanId: 'b7ad6b7169203331',
    status: { code: 2 },
    attributes: {
      'http.route': '/ping',
      'http.request.method': 'GET',
      [spanAttributes.latencyShare]: '100%1ms',
      [spanAttributes.injectedFailure]: true,
    },
    resource: { 'service.name': 'ping-service', 'service.version': '1.2.3', 'process.runtime.name': 'nodejs' },
  });
  expect(sink.spans[2]?.attributes).not.toHaveProperty(spanAttributes.injectedFailure);
});

test('the ids of exemplars are those of spans that were sent', async () => {
  const sink = await listen();
  const service = await start({ ...sink.env, OTEL_BSP_SCHEDULE_DELAY: '50' });
  await status(`${service.url}/ping`);
  await sink.received(1);
  const accept = 'application/openmetrics-text';
  const scrape = await (await fetch(`http://127.0.0.1:${service.metricsPort}/metrics`, { headers: { accept } })).text();
  const exemplars = [...scrape.matchAll(/http_route="\/ping".* # \{trace_id="(\w+)",span_id="(\w+)"\}/g)];
  expect(exemplars.map(([, trace, span]) => [trace, span])).toEqual([[sink.spans[0]?.traceId, sink.spans[0]?.spanId]]);
});

test("OpenTelemetry's variables work as specified: name, attributes, sampler, a wrong value", async () => {
  const sink = await listen();
  const service = await start({
    ...sink.env,
    ...onlyAtShutdown,
    OTEL_SERVICE_NAME: 'renamed',
    OTEL_RESOURCE_ATTRIBUTES: 'service.version=9,deployment.environment.name=test',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_BSP_MAX_QUEUE_SIZE: 'many',
  });
  for (const headers of [{}, sampledParent, {}]) await status(`${service.url}/ping`, headers);
  service.process.terminate();
  await service.process.ended();
  expect(sink.spans.map((span) => span.traceId)).toEqual([traceId]);
  expect(sink.spans[0]?.resource).toMatchObject({
    'service.name': 'renamed',
    'service.version': '9',
    'deployment.environment.name': 'test',
  });
  const warnings = service.process.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
  expect(warnings).toEqual(["Unknown value 'many' for OTEL_BSP_MAX_QUEUE_SIZE, expected a number, using defaults"]);
});

test("OTEL_LOG_LEVEL shows OpenTelemetry's own messages, as lines of the JSON log", async () => {
  const sink = await listen();
  const service = await start({ ...sink.env, ...onlyAtShutdown, OTEL_LOG_LEVEL: 'debug', LOG_LEVEL: 'debug' });
  service.process.terminate();
  expect((await service.process.ended()).stderr).toBe('');
  expect(service.process.log.filter(({ context }) => context === 'OpenTelemetry').length).toBeGreaterThan(5);
});

test('OTEL_SDK_DISABLED turns tracing off', async () => {
  const sink = await listen();
  const service = await start({ ...sink.env, ...onlyAtShutdown, OTEL_SDK_DISABLED: 'true' });
  expect(await status(`${service.url}/ping`, sampledParent)).toBe(200);
  service.process.terminate();
  expect((await service.process.ended()).code).toBe(0);
  expect(sink.spans).toEqual([]);
});

test('without a collector no request fails and one warning says so; its return is told once', async () => {
  const port = await freePort();
  const service = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BSP_MAX_QUEUE_SIZE: '16',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8',
    LOG_LEVEL: 'debug',
  });
  const failure = 'spans could not be exported; requests are not affected, further failures are logged at debug';
  const failures = () => service.process.log.filter(({ msg }) => msg === failure).map(({ level }) => level);
  const statuses = new Set<number>();
  while (failures().length < 4) statuses.add(await status(`${service.url}/ping`));
  expect(statuses).toEqual(new Set([200]));
  expect(failures().filter((level) => level === 'warn')).toHaveLength(1);

  await listen(port);
  const recovered = service.process.logged('spans are exported again');
  await status(`${service.url}/ping`);
  expect((await recovered)['lostSpans']).toBeGreaterThan(0);
  const severe = service.process.log.filter(({ level }) => level === 'warn' || level === 'error');
  expect(severe.map(({ msg }) => msg)).toEqual([failure]);
});

test('a collector that never answers does not hold up a shutdown', async () => {
  const silent = createServer((socket) => socket.resume());
  const port = await freePort();
  silent.listen(port, '127.0.0.1');
  open.push({ close: () => new Promise((resolve) => silent.close(() => resolve())) });
  const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, ...onlyAtShutdown });
  await status(`${service.url}/ping`);
  service.process.terminate();
  expect((await service.process.ended()).code).toBe(0);
  expect(service.process.log.at(-1)).toMatchObject({ level: 'warn', msg: 'the last spans were not sent in time' });
});
