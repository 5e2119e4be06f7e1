/**
 * Makes a recording for tests out of the output of `npm run rehearse -- <release> --json`, from standard input to standard output: what is drawn
 * stays, of the traces some, of their processes what says which pod and which version.
 */
import { readFileSync } from 'node:fs';
import type { RehearsalEvent } from '../../src/release/event.ts';

const mostTraces = 12;
const mostOtherExemplars = 30;
const isKept = (attribute: string) => /^(service|k8s)\./.test(attribute);

const lines = readFileSync(0, 'utf8').trim().split('\n');
const events = lines.map((line) => JSON.parse(line) as RehearsalEvent);
const exemplars = events.flatMap((event) => (event.type === 'exemplars' ? event.exemplars : []));
const arrived = new Set(events.flatMap((event) => (event.type === 'trace' ? [event.traceId] : [])));
const worth = exemplars
  .filter(({ traceId }) => arrived.has(traceId))
  .toSorted(
    (a, b) => Number(b.failed) - Number(a.failed) || Number(b.version === 'canary') - Number(a.version === 'canary'),
  );
const traced = new Set(worth.slice(0, mostTraces).map(({ traceId }) => traceId));
const others = new Set(exemplars.filter(({ traceId }) => !arrived.has(traceId)).slice(-mostOtherExemplars));

for (const event of events) {
  const trimmed = trim(event);
  if (trimmed) process.stdout.write(`${JSON.stringify(trimmed)}\n`);
}

function trim(event: RehearsalEvent): RehearsalEvent | undefined {
  if (event.type === 'exemplars') {
    const kept = event.exemplars.filter((exemplar) => traced.has(exemplar.traceId) || others.has(exemplar));
    return { ...event, exemplars: kept };
  }
  if (event.type !== 'trace') return event;
  if (!traced.has(event.traceId)) return undefined;
  const spans = event.spans.map((span) => ({
    ...span,
    resource: Object.fromEntries(Object.entries(span.resource).filter(([key]) => isKept(key))),
  }));
  return { ...event, spans };
}
