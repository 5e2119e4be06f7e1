import { once } from 'node:events';
import { createServer } from 'node:net';
import { type PingFailure, type PingOutcome, spanNames } from '@observed-rollouts/contract';
import { expect, onTestFinished, test } from 'vitest';
import type { RunReport } from '../src/report.ts';
import { findFreePort, runPinger, runScriptJson, servingEnvironment, startPinger } from './pinger-process.ts';
import { startSpanSink } from './span-sink.ts';
import { findRefusingUrl, startHttpTarget, startRawTarget, type Target } from './targets.ts';

const noFailures: RunReport['failed'] = {
  timeout: 0,
  connection_refused: 0,
  connection_reset: 0,
  dns: 0,
  unreachable: 0,
  tls: 0,
  http_4xx: 0,
  http_5xx: 0,
  invalid_response: 0,
  other: 0,
};

/** Keeps a target until the end of the test, and returns its URL. */
async function urlOf(starting: Promise<Target>): Promise<string> {
  const target = await starting;
  onTestFinished(() => target.close());
  return target.url;
}

const answering = (status: number) =>
  urlOf(startHttpTarget((_request, response) => response.writeHead(status).end('x')));
const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';

const targets: readonly { what: string; outcome: PingOutcome; url: () => Promise<string> }[] = [
  { what: 'answers', outcome: 'ok', url: () => answering(200) },
  { what: 'refuses connections', outcome: 'connection_refused', url: findRefusingUrl },
  { what: 'accepts and never answers', outcome: 'timeout', url: () => urlOf(startRawTarget(() => undefined)) },
  {
    what: 'resets mid-body',
    outcome: 'connection_reset',
    url: () => urlOf(startRawTarget((socket) => socket.write(`${head}part`, () => socket.resetAndDestroy()))),
  },
  { what: 'answers 500', outcome: 'http_5xx', url: () => answering(500) },
  { what: 'answers 404', outcome: 'http_4xx', url: () => answering(404) },
  {
    what: 'sends garbage',
    outcome: 'invalid_response',
    url: () => urlOf(startRawTarget((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))),
  },
  { what: 'has no DNS name', outcome: 'dns', url: () => Promise.resolve('http://nowhere.invalid/ping') },
  { what: 'speaks no TLS', outcome: 'tls', url: async () => (await answering(200)).replace('http:', 'https:') },
];

test.each(targets)('counts a ping once, as $outcome, when its target $what', async ({ outcome, url }) => {
  const timeout = outcome === 'timeout' ? '200ms' : '20s';
  const report = await runScriptJson({ flags: ['--target', await url(), '--duration', '100ms', '--timeout', timeout] });
  const failed = outcome === 'ok' ? noFailures : { ...noFailures, [outcome satisfies PingFailure]: 1 };
  expect(report).toMatchObject({
    scheduled: 1,
    sent: 1,
    ok: outcome === 'ok' ? 1 : 0,
    failed,
    dropped: 0,
    inFlight: 0,
  });
});

test('prints one JSON document of the documented shape on stdout, and its log on stderr', async () => {
  const target = await answering(500);
  const { exitCode, stdout, stderr } = await runPinger({
    flags: ['--target', target.replace('//', '//user:secret@'), '--duration', '1s', '--rate', '20', '--json'],
  });
  expect(exitCode).toBe(0);
  const percentiles = {
    p50: expect.any(Number),
    p90: expect.any(Number),
    p99: expect.any(Number),
    max: expect.any(Number),
  };
  expect(JSON.parse(stdout)).toEqual({
    target,
    ratePerSecond: 20,
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    elapsedMs: expect.any(Number),
    scheduled: 20,
    sent: 20,
    ok: 0,
    failed: { ...noFailures, http_5xx: 20 },
    dropped: 0,
    inFlight: 0,
    latencyMs: percentiles,
    serviceTimeMs: percentiles,
    scheduleLagMs: percentiles,
  });
  expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
  expect(JSON.parse(stderr)).toMatchObject({
    level: 'warn',
    msg: 'ping failed',
    outcome: 'http_5xx',
    detail: 'status 500',
  });
});

test('prints a table on stdout, and nothing else on either stream', async () => {
  const target = await answering(200);
  const { exitCode, stdout, stderr } = await runPinger({ flags: ['--target', target, '--duration', '1s'] });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const table = stdout.replace(/\d+(\.\d)? (ms|s)\b/g, '#').replace(/ +#/g, ' #');
  expect(table).toBe(`${target}, 10 per second, #

scheduled                 10
sent                      10
ok                        10   100.0 %
failed                     0     0.0 %
dropped                    0
in flight                  0

                         p50         p90         p99         max
latency # # # #
service time # # # #
schedule lag # # # #
`);
});

test('sends the spans of its pings before it ends', async () => {
  const sink = await startSpanSink();
  onTestFinished(() => sink.close());
  const report = await runScriptJson({
    isTraced: true,
    flags: ['--target', await answering(200), '--duration', '500ms'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: new URL(sink.url).origin, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  });
  expect(report.ok).toBe(5);
  expect(sink.spans.filter(({ name }) => name === spanNames.ping)).toHaveLength(5);
});

test('opens no port: it runs beside a pinger that serves', async () => {
  const port = await findFreePort();
  const occupant = createServer().listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  onTestFinished(() => void occupant.close());
  const env = { HTTP_HOST: '127.0.0.1', HTTP_PORT: `${port}`, METRICS_PORT: `${port}` };
  const report = await runScriptJson({ flags: ['--target', await answering(200), '--duration', '100ms'], env });
  expect(report.ok).toBe(1);
});

test('opens its ports with --serve, and still ends by itself', async () => {
  const { env } = await servingEnvironment();
  const flags = ['--target', await answering(200), '--duration', '500ms', '--serve', '--json'];
  const { exitCode, stdout, stderr } = await runPinger({ flags, env });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ scheduled: 5, ok: 5, inFlight: 0 });
  expect(stderr).toContain('"msg":"listening"');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'ends early on %s with the summary of what was sent, and code 0',
  async (signal) => {
    let answered = 0;
    const pinger = startPinger({
      flags: [
        '--target',
        await urlOf(
          startHttpTarget((_request, response) => {
            response.end();
            answered += 1;
            if (answered === 3) pinger.child.kill(signal);
          }),
        ),
        '--duration',
        '10m',
        '--json',
      ],
    });
    const { exitCode, stdout } = await pinger.ended;
    const report = JSON.parse(stdout) as RunReport;
    expect(exitCode).toBe(0);
    expect(report.ok).toBeGreaterThanOrEqual(3);
    expect(report).toMatchObject({
      scheduled: answered,
      sent: answered,
      ok: answered,
      failed: noFailures,
      inFlight: 0,
    });
  },
);

test('abandons the pings in flight on a second signal, and counts them as in flight', async () => {
  const pinger = startPinger({
    flags: [
      '--target',
      await urlOf(
        startRawTarget(() => {
          pinger.child.kill('SIGINT');
          setTimeout(() => pinger.child.kill('SIGINT'), 300);
        }),
      ),
      '--duration',
      '10m',
      '--rate',
      '0.1',
      '--timeout',
      '1m',
      '--json',
    ],
  });
  const { exitCode, stdout } = await pinger.ended;
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ scheduled: 1, sent: 1, ok: 0, failed: noFailures, inFlight: 1 });
});
