import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { spanAttributes } from '@observed-rollouts/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OtlpSink, type ReceivedSpan } from './otlp-sink.ts';
import { type RunningService, startService } from './service-process.ts';

let sink: OtlpSink;
let service: RunningService;
let slowService: RunningService;
beforeAll(async () => {
  sink = await OtlpSink.listen();
  const tracing = { ...sink.env, OTEL_BSP_SCHEDULE_DELAY: '20' };
  service = await startService({ ...tracing, PING_LATENCY: '100%0ms' });
  slowService = await startService({ ...tracing, PING_LATENCY: '100%2s', PING_SUCCESS_PERCENT: '0' });
});
afterAll(async () => {
  await service?.process.kill();
  await slowService?.process.kill();
  await sink?.close();
});

const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

interface SpanView {
  readonly name: string;
  readonly kind: number;
  readonly status: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What every span of a request to `/ping` without a query says, unless a case says otherwise. */
function usual(port: number): Record<string, unknown> {
  return {
    'http.request.method': 'GET',
    'http.route': '/ping',
    'http.response.status_code': 200,
    'url.scheme': 'http',
    'url.path': '/ping',
    'server.address': '127.0.0.1',
    'server.port': port,
    'client.address': '127.0.0.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': expect.any(Number),
    'network.protocol.version': '1.1',
    [spanAttributes.latencyShare]: '100%0ms',
  };
}

/** The usual attributes with those of a case in their place; `undefined` takes one out. */
function attributesWith(changes: Readonly<Record<string, unknown>>, port = service.httpPort): Record<string, unknown> {
  const attributes = { ...usual(port), ...changes };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

const unmatched = { 'http.route': undefined, [spanAttributes.latencyShare]: undefined };

/** Sends requests as they are on one connection, the last of which closes it, and returns the spans that come of it. */
async function spansOf(count: number, bytes: string, port = service.httpPort): Promise<readonly ReceivedSpan[]> {
  const before = sink.spans.length;
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  await text(socket);
  await sink.received(before + count);
  return sink.spans.slice(before);
}

async function spanOf(head: string, headers: readonly string[] = [], body = ''): Promise<ReceivedSpan> {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: 127.0.0.1:${service.httpPort}`];
  const lines = [`${head} HTTP/1.1`, ...host, ...headers, 'Connection: close', '', body];
  const [span] = await spansOf(1, lines.join('\r\n'));
  return span as ReceivedSpan;
}

function view({ name, kind, status, attributes }: ReceivedSpan): SpanView {
  return { name, kind, status, attributes };
}

const unset = { code: 0 };
const error = { code: 2 };
const server = 2;

test('200: the span says all that the semantic conventions ask of a server, and starts a trace', async () => {
  const span = await spanOf('GET /ping', ['User-Agent: probe/1.0']);
  expect(view(span)).toEqual({
    name: 'GET /ping',
    kind: server,
    status: unset,
    attributes: attributesWith({ 'user_agent.original': 'probe/1.0' }),
  });
  expect(span.parentSpanId).toBeUndefined();
  expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(span).toMatchObject({ flags: 0x101, events: [], links: [] });
  expect(Number(span.endTimeUnixNano)).toBeGreaterThan(Number(span.startTimeUnixNano));
  expect(Math.abs(Number(span.startTimeUnixNano) / 1e6 - Date.now())).toBeLessThan(60_000);
});

test('a parent is followed, with its trace state', async () => {
  const headers = [`traceparent: 00-${parent.traceId}-${parent.spanId}-01`, 'tracestate: vendor=1,other=2'];
  expect(await spanOf('GET /ping', headers)).toMatchObject({
    name: 'GET /ping',
    traceId: parent.traceId,
    parentSpanId: parent.spanId,
    traceState: 'vendor=1,other=2',
    flags: 0x301,
    attributes: attributesWith({}),
  });
});

test('an unsampled parent leaves no span; the next request on its connection has one', async () => {
  const head = `GET /ping HTTP/1.1\r\nHost: 127.0.0.1:${service.httpPort}\r\n`;
  const unsampled = `${head}traceparent: 00-${parent.traceId}-${parent.spanId}-00\r\n\r\n`;
  const spans = await spansOf(2, `${head}\r\n${unsampled}${head}Connection: close\r\n\r\n`);
  expect(spans.map(view)).toEqual(
    Array.from({ length: 2 }, () => ({
      name: 'GET /ping',
      kind: server,
      status: unset,
      attributes: attributesWith({}),
    })),
  );
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
  expect(spans.map(({ traceId }) => traceId)).not.toContain(parent.traceId);
});

test('HEAD keeps its method and its route', async () => {
  const attributes = attributesWith({ 'http.request.method': 'HEAD' });
  expect(view(await spanOf('HEAD /ping'))).toEqual({ name: 'HEAD /ping', kind: server, status: unset, attributes });
});

test('404 has no route and is no error of the server', async () => {
  const attributes = attributesWith({
    ...unmatched,
    'http.response.status_code': 404,
    'url.path': '/unknown/path',
  });
  expect(view(await spanOf('GET /unknown/path'))).toEqual({ name: 'GET', kind: server, status: unset, attributes });
});

test('a request with a body that no route takes', async () => {
  const headers = ['Content-Type: application/json', 'Content-Length: 2'];
  const attributes = attributesWith({
    ...unmatched,
    'http.request.method': 'POST',
    'http.response.status_code': 405,
  });
  expect(view(await spanOf('POST /ping', headers, '{}'))).toEqual({
    name: 'POST',
    kind: server,
    status: unset,
    attributes,
  });
});

test('a method that is not told apart stands beside its original', async () => {
  const attributes = attributesWith({
    ...unmatched,
    'http.request.method': '_OTHER',
    'http.request.method_original': 'PROPFIND',
    'http.response.status_code': 405,
  });
  expect(view(await spanOf('PROPFIND /ping'))).toEqual({ name: 'PROPFIND', kind: server, status: unset, attributes });
});

test('400 of a malformed URI, which no hook sees, has a span too', async () => {
  const attributes = attributesWith({ ...unmatched, 'http.response.status_code': 400, 'url.path': '/%ff%zz' });
  expect(view(await spanOf('GET /%ff%zz'))).toEqual({ name: 'GET', kind: server, status: unset, attributes });
});

test.each([
  ['/ping?', '/ping', undefined],
  ['/ping?a=1&b=x%20y', '/ping', 'a=1&b=x+y'],
  ['/ping?sig=secret&AWSAccessKeyId=secret&a=1', '/ping', 'sig=REDACTED&AWSAccessKeyId=REDACTED&a=1'],
])('the query of %s is redacted', async (target, path, query) => {
  const { attributes } = await spanOf(`GET ${target}`);
  expect(attributes).toEqual(attributesWith({ 'url.path': path, 'url.query': query }));
});

test.each([
  ['/a/../b', '/b'],
  ['/a//b', '/a//b'],
  ['/', '/'],
  ['/a;b=%41', '/a;b=%41'],
  ['//other/path', '/path'],
  ['http://other:81/path', '/path'],
])('the path of %s is that of the normalized URL', async (target, path) => {
  const { attributes } = await spanOf(`GET ${target}`);
  expect(attributes).toEqual(attributesWith({ ...unmatched, 'http.response.status_code': 404, 'url.path': path }));
});

test.each([
  ['Host: example.test', { 'server.address': 'example.test', 'server.port': 80 }],
  ['Host: example.test:8443', { 'server.address': 'example.test', 'server.port': 8443 }],
  ['Host: [::1]:8080', { 'server.address': '[::1]', 'server.port': 8080 }],
  ['Host: [::1]', { 'server.address': '[::1]', 'server.port': 80 }],
  ['X-Forwarded-For: 192.0.2.1, 198.51.100.7', { 'client.address': '192.0.2.1' }],
  ['X-Forwarded-For: 192.0.2.1:5000', { 'client.address': '192.0.2.1' }],
  ['X-Forwarded-For: [2001:db8::1]:5000', { 'client.address': '2001:db8::1' }],
  ['X-Forwarded-Host: public.test', { 'server.address': 'public.test', 'server.port': undefined }],
  [
    'X-Forwarded-Host: public.test\r\nX-Forwarded-Proto: https',
    { 'server.address': 'public.test', 'server.port': 443 },
  ],
  [
    'Forwarded: for="[2001:db8::2]:4711";host="public.test:8443";proto=https',
    { 'server.address': 'public.test', 'server.port': 8443, 'client.address': '2001:db8::2' },
  ],
  ['Forwarded: for=192.0.2.60;proto=http, for=192.0.2.61', { 'client.address': '192.0.2.60' }],
  ['Forwarded: ;;=', {}],
])('the addresses are those of "%s"', async (header, changes) => {
  const { attributes } = await spanOf('GET /ping', header.split('\r\n'));
  expect(attributes).toEqual(attributesWith(changes));
});

test('500 is an error, with its type; a drawn failure says that it was wanted', async () => {
  const request = `GET /ping HTTP/1.1\r\nHost: 127.0.0.1:${slowService.httpPort}\r\nConnection: close\r\n\r\n`;
  const [span] = await spansOf(1, request, slowService.httpPort);
  const changes = {
    'http.response.status_code': 500,
    'error.type': '500',
    [spanAttributes.latencyShare]: '100%2s',
    [spanAttributes.injectedFailure]: true,
  };
  expect(view(span as ReceivedSpan)).toEqual({
    name: 'GET /ping',
    kind: server,
    status: error,
    attributes: attributesWith(changes, slowService.httpPort),
  });
});

test('a client that leaves before the answer ends the span', async () => {
  const before = sink.spans.length;
  const socket = connect(slowService.httpPort, '127.0.0.1');
  socket.write(`GET /ping HTTP/1.1\r\nHost: 127.0.0.1:${slowService.httpPort}\r\n\r\n`);
  const scrape = async () => (await fetch(`http://127.0.0.1:${slowService.metricsPort}/metrics`)).text();
  await expect.poll(scrape, { timeout: 10_000 }).toContain('\nhttp_server_active_requests 1\n');
  socket.destroy();
  await sink.received(before + 1);
  expect(sink.spans.slice(before).map(view)).toEqual([
    {
      name: 'GET /ping',
      kind: server,
      status: unset,
      attributes: attributesWith({ [spanAttributes.latencyShare]: '100%2s' }, slowService.httpPort),
    },
  ]);
});
