import { setTimeout as delay } from 'node:timers/promises';
import { it, type TestContext } from 'vitest';
import { LocalCluster } from '../src/cluster/local-cluster.ts';
import type { PodOrder } from '../src/cluster/pod-factory.ts';
import { StartGate } from '../src/cluster/start-gate.ts';

/** A server whose readiness answers with a status, or that listens on nothing. */
function server(answer: number | 'nothing'): string {
  const listen = `require('node:http').createServer((_, response) => response.writeHead(${answer}).end()).listen(Number(process.argv[1]), '127.0.0.1')`;
  return `console.log('loading the catalogue');${answer === 'nothing' ? 'setInterval(() => {}, 1000)' : listen}`;
}

/** Longer than any of these programs takes to start. */
const readyWithin = { milliseconds: 10_000, setting: 'shop.yaml: readiness.timeout' };

async function start(
  { onTestFinished }: TestContext,
  answer: number | 'nothing',
  restarts: PodOrder['restarts'] = () => false,
): Promise<LocalCluster> {
  const cluster = await LocalCluster.start({
    root: '.',
    seed: 1,
    gate: new StartGate(2),
    onPodChange: () => undefined,
  });
  onTestFinished(() => cluster.close());
  await cluster.createPod({
    namePrefix: 'shop',
    namespace: 'own-service',
    template: {
      metadata: { labels: {} },
      spec: {
        containers: [
          {
            name: 'shop',
            command: ['shop'],
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 0.2, timeoutSeconds: 5 },
          },
        ],
      },
    },
    environment: () => ({}),
    process: (_, { localPorts }) => ({
      command: [process.execPath, '-e', server(answer), `${localPorts.get('http')}`],
      env: {},
      cwd: '.',
    }),
    restarts,
    readyWithin,
  });
  return cluster;
}

/** What ended the cluster, with the drawn name and port of the pod replaced. */
async function failureOf({ failure }: LocalCluster): Promise<string> {
  const error = await failure.catch((reason: Error) => reason);
  return `${error.name}: ${error.message}`.replace(/shop-\w{5}/g, 'POD').replace(/127\.0\.0\.1:\d+/g, 'ADDRESS');
}

it.concurrent(
  'ends when a process answers its probe with an error for too long, with its last lines',
  { timeout: 60_000 },
  async (test) => {
    test
      .expect(await failureOf(await start(test, 503)))
      .toBe(
        'InputError: shop.yaml: readiness.timeout: POD is not Ready 10s after its start: http://ADDRESS/healthz: got status 503, expected 2xx or 3xx; its last lines:\n' +
          '  loading the catalogue',
      );
  },
);

it.concurrent('ends when a process listens nowhere for too long', { timeout: 60_000 }, async (test) => {
  test
    .expect(await failureOf(await start(test, 'nothing')))
    .toBe(
      'InputError: shop.yaml: readiness.timeout: POD is not Ready 10s after its start: http://ADDRESS/healthz: got connect ECONNREFUSED ADDRESS, expected 2xx or 3xx; its last lines:\n' +
        '  loading the catalogue',
    );
});

it.concurrent.for([
  ['is Ready in time', 200, false],
  ['would be started again, as all are once the release is on its way', 503, true],
] as const)('leaves a process alone that %s', { timeout: 60_000 }, async ([, answer, restarts], test) => {
  const { failure } = await start(test, answer, () => restarts);
  await Promise.race([failure, delay(readyWithin.milliseconds + 2_000)]);
});
