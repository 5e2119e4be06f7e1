import { once } from 'node:events';
import { createServer } from 'node:http';
import { pingServiceLevel } from '@observed-rollouts/slo';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventBody } from '../release/event.ts';
import { ReleaseObserver } from './release-observer.ts';

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '', 'http://x').pathname;
  response.end(JSON.stringify(answers(path)));
});
let answers: (path: string) => unknown;

afterEach(async () => {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function listen(): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Observes the end of a release that has taken 21 s. */
async function observed(prometheusUrl: string): Promise<readonly EventBody[]> {
  const events: EventBody[] = [];
  const observer = new ReleaseObserver({
    prometheusUrl,
    level: pingServiceLevel,
    namespace: 'n',
    stableHash: 'old',
    canaryHash: 'new',
    releasedAt: Date.now() - 21_000,
    spans: () => [],
    emit: (event) => events.push(event),
  });
  await observer.finish();
  return events;
}

const success = (data: unknown) => ({ status: 'success', data });
const nothing: Readonly<Record<string, unknown>> = {
  '/api/v1/query': { resultType: 'vector', result: [] },
  '/api/v1/query_range': { resultType: 'matrix', result: [] },
  '/api/v1/query_exemplars': [],
};
const alert = (alertname: string, severity: string, state: string) => ({ labels: { alertname, severity }, state });

describe('a Prometheus', () => {
  it('that does not answer costs what it would have said, and every loss is said once', async () => {
    expect(await observed('http://127.0.0.1:1')).toEqual([
      {
        type: 'diagnosis',
        message: expect.stringMatching(/^Prometheus doesn't answer \(.+\): no samples until it does$/) as string,
      },
      { type: 'diagnosis', message: expect.stringMatching(/^Prometheus gave no exemplars: .+$/) as string },
      {
        type: 'diagnosis',
        message: expect.stringMatching(/^Prometheus gave no verdict of the ancestor's rule: .+$/) as string,
      },
    ]);
  });

  it('that has nothing yet yields empty samples, with the alerts that are for somebody', async () => {
    const alerts = [
      alert('Watchdog', 'none', 'firing'),
      alert('TargetDown', 'ticket', 'pending'),
      alert('TargetDown', 'ticket', 'firing'),
    ];
    answers = (path) => success(nothing[path] ?? { alerts });
    const stable = { answers: 0, failed: 0, slow: 0 };
    const sample = {
      type: 'sample',
      stable,
      pods: {},
      alerts: [{ name: 'TargetDown', severity: 'ticket', state: 'firing' }],
    };
    expect(await observed(await listen())).toEqual([
      sample,
      sample,
      { type: 'exemplars', exemplars: [] },
      { type: 'ancestor', outcome: 'undecided', afterMs: 20_000, readings: [{ sinceRelease: 20_000 }] },
    ]);
  });

  it('that refuses a query is quoted', async () => {
    answers = () => ({ status: 'error', errorType: 'execution', error: 'too many samples' });
    const [first] = await observed(await listen());
    expect(first).toEqual({
      type: 'diagnosis',
      message: "Prometheus doesn't answer (execution: too many samples): no samples until it does",
    });
  });
});
