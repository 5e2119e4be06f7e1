/** A program under the preload: ends a span, or as many as TRACED_SPANS says, sends them, and writes what it saw of tracing as a line of JSON on stdout. */
import { propagation, trace } from '@opentelemetry/api';
import { shutdownTracing } from '../dist/tracing/shutdown.js';

const tracer = trace.getTracer('test');
for (let count = Number(process.env['TRACED_SPANS'] ?? 1); count > 0; count--) {
  tracer.startSpan('a span', { attributes: { text: 'abcdef' } }).end();
}
await shutdownTracing();
process.stdout.write(`${JSON.stringify({ propagated: propagation.fields() })}\n`);
