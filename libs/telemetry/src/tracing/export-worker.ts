/**
 * Thread that posts encoded batches of spans to the collector, with the transport of OpenTelemetry's own exporters: their variables, time-outs and retries.
 *
 * It imports nothing that encodes and as little as possible of this workspace: what a thread imports is in memory once more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { inspect } from 'node:util';
import { diag, type DiagLogger, type DiagLogLevel } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { RequestBodies } from './request-bodies.ts';

/** What the thread is started with. */
export interface ExportSettings {
  readonly contentType: string;
  /** Of OpenTelemetry's own messages, which go to the log of the process. */
  readonly logLevel: DiagLogLevel;
}

/** One batch, in pieces that make up the body of the request. */
export interface ExportOrder {
  readonly id: number;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** What comes back: that orders can come, the end of an export, the body of an answer (still encoded), a message for the log. */
export type ExportNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'end'; readonly id: number; readonly error?: { readonly name: string; readonly message: string } }
  | { readonly kind: 'answer'; readonly body: Uint8Array }
  | {
      readonly kind: 'message';
      readonly level: keyof DiagLogger;
      readonly message: string;
      readonly values: readonly string[];
    };

if (parentPort !== null) exportFor(parentPort, workerData as ExportSettings);

function exportFor(port: NonNullable<typeof parentPort>, { contentType, logLevel }: ExportSettings): void {
  const tell = (news: ExportNews) => port.postMessage(news);
  const log =
    (level: keyof DiagLogger) =>
    (message: string, ...values: unknown[]) =>
      tell({ kind: 'message', level, message, values: values.map(inText) });
  diag.setLogger(
    { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug'), verbose: log('verbose') },
    { logLevel },
  );
  const encoded = {
    serializeRequest: (body: Uint8Array) => body,
    deserializeResponse: (body: Uint8Array) => {
      if (body.length > 0) tell({ kind: 'answer', body });
      return {};
    },
  };
  const options = convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', { 'Content-Type': contentType });
  const delegate = createOtlpHttpExportDelegate(
    options,
    encoded,
    'otlp_http_span_exporter',
    // Counts for metrics that nobody reads: there is no meter.
    { name: 'span', countItems: () => 0 },
    undefined,
  );
  const bodies = new RequestBodies();
  port.on('message', ({ id, pieces }: ExportOrder) => {
    const body = bodies.join(pieces);
    delegate.export(body, ({ code, error }) => {
      bodies.release(body);
      if (code === ExportResultCode.SUCCESS) tell({ kind: 'end', id });
      else tell({ kind: 'end', id, error: { name: error?.name ?? 'Error', message: error?.message ?? '' } });
    });
  });
  tell({ kind: 'ready' });
}

/** Not every value can be sent to another thread. */
function inText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 2, maxArrayLength: 8 });
}
