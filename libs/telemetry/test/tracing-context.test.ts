import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTracing } from '../src/tracing/start.ts';
import type { SampleWorkload } from './sample-workload.ts';
import type { ActiveSpan } from './traced-module.ts';

/** The `traceparent` of each request that a handler sent on. */
const passedOn: (string | undefined)[] = [];
let backend: Server;
let backendUrl: string;
let running: SampleWorkload;

beforeAll(async () => {
  backend = createServer((request, response) => {
    if (request.url === '/backend') passedOn.push(request.headers['traceparent'] as string | undefined);
    request.resume();
    response.end();
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const collector = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  backendUrl = `${collector}/backend`;
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector;
  await startTracing();
  // As after the preload: what is to be traced is imported once tracing has started.
  const [{ startSample }, { TracedModule }] = await Promise.all([
    import('./sample-workload.ts'),
    import('./traced-module.ts'),
  ]);
  running = await startSample({ module: TracedModule });
});
afterAll(async () => {
  await running?.close();
  backend?.closeAllConnections();
  backend?.close();
});
afterEach(() => passedOn.splice(0));

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const sampled = `traceparent: 00-${traceId}-${parentId}-01`;
const unsampled = `traceparent: 00-${traceId}-${parentId}-00`;
const nothing = { traceId: undefined, spanId: undefined };

/** Sends requests on one connection, without a wait between them, and returns the bodies of the answers. */
async function exchangeAll(...requests: readonly (readonly string[])[]): Promise<unknown[]> {
  const socket = connect(running.httpPort, '127.0.0.1');
  const heads = requests.map(([line, ...rest], index) => {
    const bodyStart = rest.findIndex((part) => part.startsWith('{'));
    const body = bodyStart === -1 ? '' : (rest[bodyStart] as string);
    const headers = bodyStart === -1 ? rest : rest.slice(0, bodyStart);
    const entity = body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`];
    const last = index === requests.length - 1 ? ['Connection: close'] : [];
    return [`${line} HTTP/1.1`, 'Host: sample', ...headers, ...entity, ...last, '', body].join('\r\n');
  });
  socket.write(heads.join(''));
  const answers = (await text(socket)).split(/(?=HTTP\/1\.1 )/);
  return answers.map(bodyOf);
}

function bodyOf(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
}

async function activeRequests(): Promise<number | undefined> {
  const { parseSamples, scrape } = await import('./sample-workload.ts');
  return parseSamples((await scrape(running.metricsPort)).body).get('http_server_active_requests');
}

test('a handler runs in the span of its request, before and after it waits, and so do its log lines', async () => {
  const [spans] = (await exchangeAll(['GET /span', sampled])) as [ActiveSpan[]];
  expect(spans).toHaveLength(2);
  expect(spans[0]).toEqual({ traceId, spanId: expect.stringMatching(/^(?!b7ad6b7169203331)[0-9a-f]{16}$/) });
  expect(spans[1]).toEqual(spans[0]);
  const line = running.log.findLast(({ msg }) => msg === 'a line of a handler');
  expect(line).toMatchObject({ trace_id: traceId, span_id: spans[0]?.spanId });
});

test('a handler that reads a body runs in the span of its request, also when the body comes later than the head', async () => {
  const [answer] = (await exchangeAll(['POST /span', sampled, '{"a":1}'])) as [{ body: unknown; span: ActiveSpan }];
  expect(answer).toMatchObject({ body: { a: 1 }, span: { traceId } });

  const socket = connect(running.httpPort, '127.0.0.1');
  const entity = 'Content-Type: application/json\r\nContent-Length: 7';
  socket.write(`POST /span HTTP/1.1\r\nHost: sample\r\n${sampled}\r\n${entity}\r\nConnection: close\r\n\r\n`);
  await expect.poll(activeRequests, { timeout: 10_000 }).toBe(1);
  socket.write('{"a":2}');
  expect(bodyOf(await text(socket))).toMatchObject({ body: { a: 2 }, span: { traceId } });
});

test('the listeners of a handler that reads the body itself run in the span of its request', async () => {
  const socket = connect(running.httpPort, '127.0.0.1');
  socket.write(
    `GET /raw-body HTTP/1.1\r\nHost: sample\r\n${sampled}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`,
  );
  await expect.poll(activeRequests, { timeout: 10_000 }).toBe(1);
  socket.write('{}');
  expect(bodyOf(await text(socket))).toEqual([
    expect.objectContaining({ traceId }),
    expect.objectContaining({ traceId }),
  ]);
});

test('the socket of an unsampled request keeps the hidden class of a sampled one, which Node’s compiled code expects', async () => {
  const sockets: Socket[] = [];
  const keep = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  subscribe('http.server.request.start', keep);
  await exchangeAll(['GET /span', sampled]);
  await exchangeAll(['GET /span', unsampled]);
  unsubscribe('http.server.request.start', keep);
  expect(sockets).toHaveLength(2);
  setFlagsFromString('--allow-natives-syntax');
  const haveSameMap = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: Socket, b: Socket) => boolean;
  expect(haveSameMap(sockets[0] as Socket, sockets[1] as Socket)).toBe(true);
});

test('a handler of an unsampled request runs in no span', async () => {
  const post = ['POST /span', unsampled, '{}'];
  expect(await exchangeAll(['GET /span', unsampled], post)).toEqual([[nothing, nothing], { body: {}, span: nothing }]);
});

test('requests of one connection keep their spans apart', async () => {
  const answers = await exchangeAll(
    ['GET /span', sampled],
    ['GET /span', unsampled],
    ['GET /span'],
    ['POST /span', sampled, '{}'],
    ['GET /span'],
  );
  const spans = answers.map((answer) => (Array.isArray(answer) ? answer[1] : (answer as { span: unknown }).span));
  expect(spans.map((span) => (span as ActiveSpan).traceId === traceId)).toEqual([true, false, false, true, false]);
  expect(spans[1]).toEqual(nothing);
  expect(new Set(spans.map((span) => (span as ActiveSpan).spanId)).size).toBe(5);
  expect(new Set(spans.map((span) => (span as ActiveSpan).traceId)).size).toBe(4);
});

test.each(['fetch', 'request'])('%s of a handler goes on in the trace of its request', async (kind) => {
  const line = `GET /${kind}?url=${encodeURIComponent(backendUrl)}`;
  const [span] = (await exchangeAll([line, sampled])) as [ActiveSpan];
  expect(passedOn).toEqual([expect.stringMatching(`^00-${traceId}-[0-9a-f]{16}-01$`)]);
  // The client span stands between: neither the caller's nor the server's.
  expect(passedOn[0]).not.toContain(parentId);
  expect(passedOn[0]).not.toContain(span.spanId);
});

test.each(['fetch', 'request'])('%s of an unsampled request starts no trace', async (kind) => {
  expect(await exchangeAll([`GET /${kind}?url=${encodeURIComponent(backendUrl)}`, unsampled])).toEqual([nothing]);
  expect(passedOn).toEqual([undefined]);
});
