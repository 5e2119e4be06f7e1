import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { ContextWithSpan } from './request-context.ts';

test('a context with a span is what OpenTelemetry makes of both, and so are those made of it', () => {
  const [outer, inner] = [createContextKey('outer'), createContextKey('inner')];
  const parent = ROOT_CONTEXT.setValue(outer, 1);
  const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
  const other = trace.wrapSpanContext({ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 });
  const contexts = [new ContextWithSpan(parent, span), trace.setSpan(parent, span)].map((context) =>
    [
      context,
      context.setValue(inner, 2),
      context.deleteValue(outer),
      trace.setSpan(context, other),
      trace.deleteSpan(context),
    ].map((made) => [trace.getSpan(made), made.getValue(outer), made.getValue(inner)]),
  );
  expect(contexts[0]).toEqual(contexts[1]);
  expect(contexts[0]).toEqual([
    [span, 1, undefined],
    [span, 1, 2],
    [span, undefined, undefined],
    [other, 1, undefined],
    [undefined, 1, undefined],
  ]);
});
