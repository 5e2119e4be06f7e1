import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { ExportHealth, ReportingExporter } from './export-health.ts';

const failure = 'spans could not be exported; requests are not affected, further failures are logged at debug';

test('an outage is warned of once, its end told once with what was lost, and a second outage is warned of again', () => {
  const lines: unknown[][] = [];
  const logger = {
    warn: (...line: unknown[]) => lines.push(['warn', ...line]),
    info: (...line: unknown[]) => lines.push(['info', ...line]),
    debug: (...line: unknown[]) => lines.push(['debug', ...line]),
  };
  const outcomes = [true, false, false, true, true, false];
  const exporter: SpanExporter = {
    export: (_spans, done) =>
      done(
        outcomes.shift()
          ? { code: ExportResultCode.SUCCESS }
          : { code: ExportResultCode.FAILED, error: new Error('refused') },
      ),
    shutdown: () => Promise.resolve(),
  };
  const reporting = new ReportingExporter(exporter, new ExportHealth(logger as never));
  const codes: number[] = [];
  for (let batch = 1; batch <= 6; batch++) {
    reporting.export(new Array<ReadableSpan>(batch), ({ code }) => codes.push(code));
  }
  expect(codes).toEqual([0, 1, 1, 0, 0, 1]);
  expect(lines).toEqual([
    ['warn', { reason: 'refused', spans: 2 }, failure],
    ['debug', { reason: 'refused', spans: 3 }, failure],
    ['info', { lostSpans: 5 }, 'spans are exported again'],
    ['warn', { reason: 'refused', spans: 6 }, failure],
  ]);
});
