import { Logger } from '@nestjs/common';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { beforeEach, expect, test } from 'vitest';
import { configureLogging, nestLogger, redirectLogs } from './logging.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
  redirectLogs((line) => lines.push(line));
  configureLogging('info', { service: 'ping-service', version: '1.2.3' });
  Logger.overrideLogger(nestLogger);
});

function parsed(): unknown[] {
  return lines.map((line) => {
    expect(line).toMatch(/^[^\n]*\n$/);
    const { time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    return fields;
  });
}

const identity = { service: 'ping-service', version: '1.2.3' };
const sample = { ...identity, context: 'Sample' };

test('each call is one line of JSON, whatever it is given', () => {
  const logger = new Logger('Sample');
  logger.log('plain');
  logger.warn('two\nlines');
  logger.log({ msg: 'with fields', rate: 10 });
  logger.log('several', 'values', { rate: 10 });
  logger.error('failed', new TypeError('of this'));
  logger.error(new Error('alone'));
  logger.error('with a stack', 'Error: x\n    at y (z.js:1:1)');
  logger.log(undefined);
  Logger.log('without context');
  const stack = expect.stringMatching(/logging\.test/);
  expect(parsed()).toEqual([
    { level: 'info', ...sample, msg: 'plain' },
    { level: 'warn', ...sample, msg: 'two\nlines' },
    { level: 'info', ...sample, rate: 10, msg: 'with fields' },
    { level: 'info', ...sample, rate: 10, msg: 'several values' },
    { level: 'error', ...sample, err: { type: 'TypeError', message: 'of this', stack }, msg: 'failed of this' },
    { level: 'error', ...sample, err: { type: 'Error', message: 'alone', stack }, msg: 'alone' },
    { level: 'error', ...sample, err: { stack: 'Error: x\n    at y (z.js:1:1)' }, msg: 'with a stack' },
    { level: 'info', ...sample, msg: '' },
    { level: 'info', ...identity, msg: 'without context' },
  ]);
});

test('lines below the level are not written, and what Nest says about its own start is below info', () => {
  new Logger('Sample').debug('too fine');
  new Logger('RouterExplorer').log('Mapped {/ping, GET} route');
  expect(lines).toEqual([]);
  configureLogging('trace', identity);
  new Logger('Sample').verbose('finest');
  new Logger('RouterExplorer').log('Mapped {/ping, GET} route');
  expect(parsed()).toEqual([
    { level: 'trace', ...sample, msg: 'finest' },
    { level: 'debug', ...identity, context: 'RouterExplorer', msg: 'Mapped {/ping, GET} route' },
  ]);
});

test('a line within a span has its ids', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const active = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1 });
  context.with(active, () => new Logger('Sample').log('inside'));
  expect(parsed()).toEqual([{ level: 'info', ...sample, trace_id: traceId, span_id: spanId, msg: 'inside' }]);
});
