import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { otlpExporterFromEnvironment } from './exporter.ts';
import { prepareExport } from './prepare-export.ts';
import { WorkerExporter } from './worker-exporter.ts';

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let received: Received[] = [];
let answer: (response: ServerResponse) => void;
let collector: Server;
const logged: string[] = [];
const environment = { ...process.env };

beforeEach(async () => {
  received = [];
  answer = (response) => response.end();
  collector = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push({ url: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const log = (message: string, ...values: unknown[]) => void logged.push([message, ...values].join(' '));
  const levels = { error: log, warn: log, info: log, debug: log, verbose: log };
  diag.setLogger(levels, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});
afterEach(async () => {
  process.env = { ...environment };
  diag.disable();
  logged.splice(0);
  collector.closeAllConnections();
  await once(collector.close(), 'close');
});

function spans(count: number, offset = 0) {
  const memory = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] });
  const tracer = provider.getTracer('test');
  for (let index = 0; index < count; index++) tracer.startSpan(`span-${offset + index}.`).end();
  return memory.getFinishedSpans();
}

function exported(exporter: { export: WorkerExporter['export'] }, count: number, offset = 0): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans(count, offset), resolve));
}

const succeeded = { code: ExportResultCode.SUCCESS };

function namesIn(body: Buffer): string[] {
  return body.toString('latin1').match(/span-\d+\./g) ?? [];
}

/** Spans of each part of an export request; throws when the body isn't one. */
const readers: Readonly<Record<string, (body: Buffer) => string[][]>> = {
  'http/json': (body) => {
    const { resourceSpans } = JSON.parse(body.toString()) as { resourceSpans: unknown[] };
    return resourceSpans.map((part) => namesIn(Buffer.from(JSON.stringify(part))));
  },
  // Nothing but fields 1 (`resource_spans`), each with its length as a varint before it.
  'http/protobuf': (body) => {
    const parts: string[][] = [];
    for (let at = 0; at < body.length;) {
      expect(body[at++]).toBe((1 << 3) | 2);
      let length = 0;
      for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7)
        length |= ((byte = body[at++] as number) & 0x7f) << shift;
      parts.push(namesIn(body.subarray(at, (at += length))));
    }
    return parts;
  },
};

test.each([
  { protocol: 'http/protobuf', contentType: 'application/x-protobuf', sizes: [64, 64, 64, 8] },
  { protocol: 'http/json', contentType: 'application/json', sizes: [200] },
])('a batch of several turns arrives as one request of $protocol, in order and complete', async (expected) => {
  process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = expected.protocol;
  process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'tenant=a';
  await using exporter = disposable(otlpExporterFromEnvironment());
  expect(await exported(exporter, 200)).toEqual(succeeded);
  const headers = expect.objectContaining({ 'content-type': expected.contentType, tenant: 'a' });
  expect(received).toEqual([{ url: '/v1/traces', headers, body: expect.any(Buffer) }]);
  const parts = readers[expected.protocol]?.(received[0]?.body as Buffer) ?? [];
  expect(parts.map((names) => names.length)).toEqual(expected.sizes);
  expect(parts.flat()).toEqual(namesFrom(0, 200));
});

test('a shutdown waits for all exports, also those that nobody waits for', async () => {
  const exporter = disposable(otlpExporterFromEnvironment());
  const results = [exported(exporter, 70), exported(exporter, 1, 70)];
  await exporter.shutdown();
  expect(received.flatMap(({ body }) => namesIn(body))).toHaveLength(71);
  expect(await Promise.all(results)).toEqual([succeeded, succeeded]);
});

function namesFrom(offset: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `span-${offset + index}.`);
}

test('batches of any size arrive whole, one after the other and at the same time', async () => {
  await using exporter = disposable(otlpExporterFromEnvironment());
  const sizes = [100, 3, 2000, 1];
  for (const size of sizes) expect(await exported(exporter, size)).toEqual(succeeded);
  expect(received.map(({ body }) => namesIn(body))).toEqual(sizes.map((size) => namesFrom(0, size)));
  received = [];
  await Promise.all([0, 10, 20, 30].map((offset) => exported(exporter, 10, offset)));
  expect(received.flatMap(({ body }) => namesIn(body)).toSorted()).toEqual(namesFrom(0, 40).toSorted());
});

test('a refusal of the collector is the result, with its reason, and the thread goes on', async () => {
  answer = (response) => response.writeHead(400, 'Too bad').end();
  await using exporter = disposable(otlpExporterFromEnvironment());
  const { code, error } = await exported(exporter, 1);
  expect([code, error?.name, error?.message]).toEqual([ExportResultCode.FAILED, 'OTLPExporterError', 'Too bad']);
  answer = (response) => response.end();
  expect(await exported(exporter, 1)).toEqual(succeeded);
});

test('spans that the collector refused of a batch it took are warned of', async () => {
  process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'http/json';
  const partialSuccess = { rejectedSpans: 1, errorMessage: 'too old' };
  answer = (response) => response.end(JSON.stringify({ partialSuccess }));
  await using exporter = disposable(otlpExporterFromEnvironment());
  expect(await exported(exporter, 2)).toEqual(succeeded);
  expect(logged).toEqual([`the collector refused spans ${JSON.stringify(partialSuccess)}`]);
});

test('what the transport has to say of its settings is in the log of the process', async () => {
  process.env['OTEL_EXPORTER_OTLP_COMPRESSION'] = 'brotli';
  await using exporter = disposable(otlpExporterFromEnvironment());
  expect(await exported(exporter, 1)).toEqual(succeeded);
  expect(logged).toEqual([expect.stringContaining('brotli')]);
});

test('a thread that crashes fails its exports, says so, and the next export starts another', async () => {
  const program = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id }) => {
        if (id < 3) { if (id === 2) throw new Error('out of luck'); }
        else parentPort.postMessage({ kind: 'end', id });
      });
    `)}`,
  );
  const encoding = { contentType: '', canBeJoined: true, encode: () => new Uint8Array(8), refusalIn: () => undefined };
  await using exporter = disposable(new WorkerExporter(encoding, program));
  const results = await Promise.all([exported(exporter, 1), exported(exporter, 1)]);
  const message = 'export of spans: its thread ended with code 1: out of luck; the next export starts another';
  expect(results).toEqual([1, 2].map(() => ({ code: ExportResultCode.FAILED, error: new Error(message) })));
  expect(logged).toEqual([message]);
  expect(await exported(exporter, 1)).toEqual(succeeded);
});

test('spans that cannot be encoded fail their export alone', async () => {
  const error = new Error('no such span');
  const encode = () => {
    throw error;
  };
  const encoding = { contentType: '', canBeJoined: true, encode, refusalIn: () => undefined };
  await using exporter = disposable(new WorkerExporter(encoding));
  expect(await exported(exporter, 1)).toEqual({ code: ExportResultCode.FAILED, error });
});

function disposable<T extends { shutdown(): Promise<void> }>(exporter: T | undefined): T & AsyncDisposable {
  if (exporter === undefined) throw new Error('expected an exporter');
  return Object.assign(exporter, { [Symbol.asyncDispose]: () => exporter.shutdown() });
}

test('a prepared thread takes the exports, and has sent nothing before', { timeout: 30_000 }, async () => {
  const exporter = otlpExporterFromEnvironment() as WorkerExporter;
  await prepareExport();
  await exporter.prepare();
  expect(received).toEqual([]);
  expect(await exported(exporter, 1)).toEqual(succeeded);
  expect(received).toHaveLength(1);
  await exporter.shutdown();
});
