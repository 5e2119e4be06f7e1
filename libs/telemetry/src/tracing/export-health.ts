import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Logger } from 'pino';

/**
 * Passes spans to an exporter and says when it begins to fail and when it works again: once each, however long an outage lasts.
 */
export class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #health: ExportHealth;

  constructor(exporter: SpanExporter, health: ExportHealth) {
    this.#exporter = exporter;
    this.#health = health;
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#health.succeeded();
      else this.#health.failed(result.error, spans.length);
      resultCallback(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

/** Whether spans reach the collector, as the log tells it. */
export class ExportHealth {
  readonly #logger: Pick<Logger, 'info' | 'warn' | 'debug'>;
  #lostSpans = 0;
  #isFailing = false;

  constructor(logger: Pick<Logger, 'info' | 'warn' | 'debug'>) {
    this.#logger = logger;
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  failed(error: unknown, spans: number): void {
    this.#lostSpans += spans;
    const level = this.#isFailing ? 'debug' : 'warn';
    this.#isFailing = true;
    const reason = error instanceof Error ? error.message || error.name : String(error);
    this.#logger[level](
      { reason, spans },
      'spans could not be exported; requests are not affected, further failures are logged at debug',
    );
  }

  succeeded(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#logger.info({ lostSpans: this.#lostSpans }, 'spans are exported again');
    this.#lostSpans = 0;
  }
}
