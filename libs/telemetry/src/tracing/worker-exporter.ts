import { extname } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { diag } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { diagLogLevel } from './diag-logger.ts';
import type { ExportNews, ExportOrder, ExportSettings } from './export-worker.ts';
import { exportThreadName } from './prepare-export.ts';

/** How spans are written for a collector. */
export interface SpanEncoding {
  readonly contentType: string;
  /** Whether encoded parts of a batch, one behind the other, are the encoded batch. */
  readonly canBeJoined: boolean;
  /** Its memory goes to another thread: nothing else may be in the same buffer. */
  readonly encode: (spans: ReadableSpan[]) => Uint8Array | undefined;
  /** How many spans the collector refused, and why, by the body of its answer; `undefined` when it took all of them. */
  readonly refusalIn: (body: Uint8Array) => object | undefined;
}

/** As source in tests, else built. */
const exportWorker = new URL(`./export-worker${extname(import.meta.url)}`, import.meta.url);

/** So many spans are encoded before anything else of the process has its turn: fractions of a millisecond once compiled. */
const spansPerTurn = 64;

/** The thread holds one batch and one answer at a time. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };

/** Nobody waits longer than this for the thread. */
const mostStartMs = 2_000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Exports spans from a thread of its own, which is started by the first export or by {@link WorkerExporter.prepare}.
 *
 * A process that is server and client at once is slower at being either: functions of Node's net, http and streams then see objects of twice as many hidden
 * classes, and V8 throws away what it had compiled for one. The thread has compiled code of its own. Spans are encoded here, since bytes change threads
 * without a copy.
 *
 * Edge:   a thread that ends by itself fails the exports it had, says so in the log, and the next export starts another. Only an export that isn't finished
 *         keeps the process running.
 */
export class WorkerExporter implements SpanExporter {
  readonly #encoding: SpanEncoding;
  readonly #program: URL;
  readonly #exports = new Set<Promise<void>>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ready = Promise.resolve();
  #markReady: () => void = () => {};
  #orders = 0;

  constructor(encoding: SpanEncoding, program = exportWorker) {
    this.#encoding = encoding;
    this.#program = program;
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const exported = this.#export(spans).then(
      () => resultCallback({ code: ExportResultCode.SUCCESS }),
      (error: Error) => resultCallback({ code: ExportResultCode.FAILED, error }),
    );
    this.#exports.add(exported);
    void exported.finally(() => this.#exports.delete(exported));
  }

  /**
   * Starts the thread without an export.
   *
   * Edge: resolves when the thread can take spans or has ended, after two seconds at most.
   */
  async prepare(): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    await Promise.race([this.#ready, sleep(mostStartMs, undefined, { ref: false })]);
    if (this.#waiting.size === 0) worker.unref();
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#exports);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #export(spans: ReadableSpan[]): Promise<void> {
    const pieces = await this.#encode(spans);
    const worker = (this.#worker ??= this.#start());
    const order: ExportOrder = { id: ++this.#orders, pieces };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.postMessage(
      order,
      pieces.map(({ buffer }) => buffer),
    );
    worker.ref();
    this.#waiting.set(order.id, { resolve, reject });
    await promise;
  }

  async #encode(spans: ReadableSpan[]): Promise<Uint8Array<ArrayBuffer>[]> {
    const { canBeJoined, encode } = this.#encoding;
    const size = canBeJoined ? spansPerTurn : spans.length;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let start = 0; start < spans.length; start += size) {
      if (start > 0) await turn();
      const piece = encode(spans.slice(start, start + size));
      if (piece !== undefined) pieces.push(piece as Uint8Array<ArrayBuffer>);
    }
    return pieces;
  }

  #start(): Worker {
    const settings: ExportSettings = { contentType: this.#encoding.contentType, logLevel: diagLogLevel() };
    const worker = new Worker(this.#program, {
      name: exportThreadName,
      workerData: settings,
      resourceLimits,
      // A preload of the process isn't one of the thread: it would trace its exports.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    ({ promise: this.#ready, resolve: this.#markReady } = Promise.withResolvers<void>());
    const markReady = this.#markReady;
    let cause: Error | undefined;
    worker.on('message', (news: ExportNews) => this.#hear(news));
    worker.on('error', (error) => (cause = error));
    worker.on('exit', (code) => {
      markReady();
      if (this.#worker === worker) this.#lose(code, cause);
    });
    return worker;
  }

  #hear(news: ExportNews): void {
    if (news.kind === 'ready') {
      this.#markReady();
    } else if (news.kind === 'message') {
      diag[news.level](news.message, ...news.values);
    } else if (news.kind === 'answer') {
      this.#warnOfRefusal(news.body);
    } else {
      const waiting = this.#waiting.get(news.id);
      this.#waiting.delete(news.id);
      if (this.#waiting.size === 0) this.#worker?.unref();
      if (news.error === undefined) waiting?.resolve();
      else waiting?.reject(Object.assign(new Error(news.error.message), { name: news.error.name }));
    }
  }

  #warnOfRefusal(body: Uint8Array): void {
    try {
      const refusal = this.#encoding.refusalIn(body);
      if (refusal !== undefined) diag.warn('the collector refused spans', JSON.stringify(refusal));
    } catch (error) {
      diag.warn('the answer of the collector to an export could not be read', error);
    }
  }

  #lose(code: number, cause: Error | undefined): void {
    this.#worker = undefined;
    const error = new Error(
      `export of spans: its thread ended with code ${code}${cause === undefined ? '' : `: ${cause.message}`}; the next export starts another`,
    );
    diag.error(error.message);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
