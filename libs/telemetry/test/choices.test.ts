import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const sent: { readonly type: string | undefined; readonly body: Buffer }[] = [];
const collector = createServer((request, response) => {
  void buffer(request).then((body) => {
    sent.push({ type: request.headers['content-type'], body });
    response.end();
  });
});

beforeAll(() => once(collector.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void collector.close());
beforeEach(() => void sent.splice(0));

interface Outcome {
  readonly propagated: readonly string[];
  readonly packages: readonly string[];
  readonly logged: readonly string[];
  readonly stdout: string;
}

/** Runs the traced program under the built preload, as a workload runs. */
async function run(env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const preloads = [join(import.meta.dirname, 'loaded-packages.ts'), join(import.meta.dirname, '../dist/register.js')];
  const program = join(import.meta.dirname, 'traced-program.ts');
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [...preloads.flatMap((preload) => ['--import', preload]), program], {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"'));
  const { propagated } = JSON.parse(lines.at(-1) ?? '{}') as Pick<Outcome, 'propagated'>;
  const logged = lines.slice(0, -1).map((line) => (JSON.parse(line) as { msg: string }).msg);
  return { propagated, packages: JSON.parse(stderr) as string[], logged, stdout };
}

const w3c = ['traceparent', 'tracestate', 'baggage'];
const everything = 'auto-instrumentations-node';

test('the usual choice sends the span as protobuf and loads no part that it does not use', async () => {
  const { propagated, packages, logged } = await run();
  expect(sent).toEqual([{ type: 'application/x-protobuf', body: expect.any(Buffer) }]);
  expect(sent[0]?.body.includes('a span')).toBe(true);
  expect(propagated).toEqual(w3c);
  expect(logged).toEqual([]);
  expect(packages).toEqual([
    'api',
    'context-async-hooks',
    'core',
    'instrumentation',
    'instrumentation-http',
    'instrumentation-undici',
    'otlp-transformer',
    'resources',
    // By the serializers, which are one package for all signals.
    'sdk-metrics',
    'sdk-trace',
    'semantic-conventions',
  ]);
});

test('http/json is sent as JSON', async () => {
  await run({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
  expect(sent.map(({ type }) => type)).toEqual(['application/json']);
});

test("console and gRPC are left to OpenTelemetry's own SDK", async () => {
  const console = await run({ OTEL_TRACES_EXPORTER: 'console' });
  expect(console.stdout).toContain("name: 'a span'");
  expect(sent).toEqual([]);
  const grpc = await run({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  expect(grpc.packages).toContain('exporter-trace-otlp-grpc');
});

test('several exporters, another signal and propagators of others come beside the traces', async () => {
  const several = await run({ OTEL_TRACES_EXPORTER: 'console,otlp' });
  expect(several.stdout).toContain("name: 'a span'");
  expect(sent.map(({ type }) => type)).toEqual(['application/x-protobuf']);

  const metrics = await run({ OTEL_METRICS_EXPORTER: 'console' });
  expect(metrics.packages).toContain('sdk-metrics');
  expect(sent).toHaveLength(2);

  expect((await run({ OTEL_PROPAGATORS: 'b3' })).propagated).toEqual(['b3']);
  expect(sent).toHaveLength(3);
});

test('propagators of W3C can be chosen, and none', async () => {
  const baggage = await run({ OTEL_PROPAGATORS: 'baggage' });
  expect(baggage.propagated).toEqual(['baggage']);
  expect(baggage.packages).not.toContain('sdk-node');
  expect((await run({ OTEL_PROPAGATORS: 'none' })).propagated).toEqual([]);
});

test('an instrumentation beyond the usual two is created, one of them can be left out, an unknown one is complained about', async () => {
  expect((await run({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,pino' })).packages).toContain(everything);
  const withoutUndici = await run({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'undici' });
  expect(withoutUndici.packages).toContain('instrumentation-http');
  expect(withoutUndici.packages).not.toContain('instrumentation-undici');
  const { logged } = await run({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,htpp' });
  expect(logged).toEqual(['Provided instrumentation name "@opentelemetry/instrumentation-htpp" not found']);
});

test('resource detectors of this machine can be chosen, and those of containers', async () => {
  const local = await run({ OTEL_NODE_RESOURCE_DETECTORS: 'env,os' });
  expect(sent.at(-1)?.body.includes('os.type')).toBe(true);
  expect(sent.at(-1)?.body.includes('process.pid')).toBe(false);
  expect(local.packages).not.toContain(everything);
  expect((await run({ OTEL_NODE_RESOURCE_DETECTORS: 'env,container' })).packages).toContain(everything);
  const { logged } = await run({ OTEL_NODE_RESOURCE_DETECTORS: 'environment' });
  expect(logged).toEqual([
    'Invalid resource detector "environment" specified in the environment variable OTEL_NODE_RESOURCE_DETECTORS',
  ]);
});

test('limits of spans and of the queue are those of the variables', async () => {
  await run({ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' });
  expect(sent[0]?.body.includes('abc')).toBe(true);
  expect(sent[0]?.body.includes('abcd')).toBe(false);
  const { logged } = await run({ OTEL_BSP_MAX_QUEUE_SIZE: '0', OTEL_BSP_SCHEDULE_DELAY: 'soon' });
  expect(logged).toEqual([
    'OTEL_BSP_MAX_QUEUE_SIZE (0) is invalid, expected number greater than 0, using default.',
    "Unknown value 'soon' for OTEL_BSP_SCHEDULE_DELAY, expected a number, using defaults",
  ]);
});

test.each([
  ['as many as are worth a request', {}, [2048, 1]],
  ['no more than the variable says', { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1000' }, [1000, 1000, 49]],
  ['by the specification where the queue is chosen', { OTEL_BSP_MAX_QUEUE_SIZE: '4096' }, [512, 512, 512, 512, 1]],
])('a request holds spans: %s', async (_, env, sizes) => {
  await run({ ...env, TRACED_SPANS: '2049' });
  const spans = ({ body }: (typeof sent)[number]) => body.toString('latin1').split('a span').length - 1;
  expect(sent.map(spans).sort((a, b) => b - a)).toEqual(sizes);
});

test("stacks name our own source lines, and the maps of dependencies aren't read", () => {
  const program = `
    import { getSourceMapsSupport } from 'node:module';
    import { parseLatencyMix } from '@observed-rollouts/contract';
    try { parseLatencyMix('x'); } catch ({ stack }) { console.log(JSON.stringify([stack, getSourceMapsSupport()])); }
  `;
  const register = join(import.meta.dirname, '../dist/register.js');
  const output = execFileSync(process.execPath, ['--import', register, '--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
  });
  const [stack, support] = JSON.parse(output) as [string, unknown];
  expect(stack).toMatch(/libs\/contract\/src\/latency-mix\.ts:\d+/);
  expect(support).toEqual({ enabled: true, nodeModules: false, generatedCode: false });
});
