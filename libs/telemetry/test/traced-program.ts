/** A program under the preload: ends a span, sends it, and writes what it saw of tracing as a line of JSON on stdout. */
import { propagation, trace } from '@opentelemetry/api';
import { shutdownTracing } from '../dist/tracing/shutdown.js';

trace
  .getTracer('test')
  .startSpan('a span', { attributes: { text: 'abcdef' } })
  .end();
await shutdownTracing();
process.stdout.write(`${JSON.stringify({ propagated: propagation.fields() })}\n`);
