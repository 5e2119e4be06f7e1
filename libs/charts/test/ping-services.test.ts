import { pingServiceLevel, serviceLevelFor } from '@observed-rollouts/slo';
import { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { checkManifests } from '../src/checks/check-manifests.ts';
import { describe } from '../src/checks/objects.ts';
import { namespaces, systems } from '../src/components.ts';
import { PingService } from '../src/constructs/ping-service.ts';
import { local } from '../src/environments/local.ts';
import { ManifestFile, syncWaves } from '../src/synth/manifest-file.ts';
import { renderFile, synthesize } from '../src/synth/write-manifests.ts';

/** One service by its name, or the picture's own, in a file of its name. */
function addService(app: App, name?: string, { version = 'initial', judged = name } = {}): void {
  const system = name === undefined ? {} : { system: { name, namespace: 'shop', component: 'service' } };
  const { initial } = local.pingService;
  new PingService(new ManifestFile(app, name ?? systems.pingService.name, syncWaves.workloads), {
    ...local.pingService,
    ...system,
    initial: { ...initial, version },
    image: local.images.pingService,
    traces: { endpoint: 'http://tempo.example', sampleRatio: 1 },
    prometheus: 'http://prometheus.example',
    serviceLevel: judged === undefined ? pingServiceLevel : serviceLevelFor(judged, pingServiceLevel),
  });
}

test('one program runs as several services, each with objects, selectors and templates of its own', () => {
  const app = new App();
  for (const name of ['carts', 'orders']) addService(app, name);
  const files = synthesize(app);
  expect(files.map(({ name, objects }) => [name, objects.map(describe)])).toEqual(
    ['carts', 'orders'].map((name) => [
      `${name}.yaml`,
      [
        `ServiceAccount shop/${name}`,
        `Service shop/${name}`,
        `PodDisruptionBudget shop/${name}`,
        `AnalysisTemplate shop/${name}-gate`,
        `AnalysisTemplate shop/${name}-watch`,
        `Rollout shop/${name}`,
      ],
    ]),
  );
});

test('a service under another name differs from the picture’s by its name and namespace alone', () => {
  const app = new App();
  addService(app);
  addService(app, 'orders');
  const [orders = '', ours = ''] = synthesize(app).map(renderFile);
  // The program that starts is the same.
  const program = /apps\/ping-service\/|observed-rollouts\/ping-service:/;
  const renamed = ours
    .split('\n')
    .map((line) => (program.test(line) ? line : line.replaceAll(systems.pingService.name, 'orders')))
    .join('\n')
    .replaceAll(`namespace: ${namespaces.apps}\n`, 'namespace: shop\n');
  expect(orders).toBe(renamed);
});

test('a setting that a service would refuse is told under its own name', () => {
  const app = new App();
  addService(app, 'orders', { version: 'the first' });
  expect(() => synthesize(app)).toThrow('  orders: SERVICE_VERSION: got "the first", expected 1 to 63 letters');
});

test('a service level that counts the answers of another service is told before a release waits for them in vain', () => {
  const app = new App();
  addService(app, 'orders', { judged: 'carts' });
  expect(() => synthesize(app)).toThrow(
    [
      'manifests: 2 problems',
      '  orders: failed-answers: counts the answers of carts, expected its own; take serviceLevelFor("orders", …)',
      '  orders: slow-answers: counts the answers of carts, expected its own; take serviceLevelFor("orders", …)',
    ].join('\n'),
  );
});

/** How often the checks read a part of the objects, with that many services in one namespace. */
function readsOfChecks(services: number): number {
  const app = new App();
  for (let index = 0; index < services; index++) addService(app, `service-${index}`);
  let reads = 0;
  const counted = <T extends object>(value: T): T =>
    new Proxy(value, {
      get(target, key) {
        reads++;
        const part: unknown = Reflect.get(target, key);
        return typeof part === 'object' && part !== null ? counted(part) : part;
      },
    });
  const objects = synthesize(app).flatMap((file) => file.objects.map(counted));
  expect(checkManifests(objects)).toEqual([]);
  return reads;
}

test('the checks look at ten times as many services ten times as often, no more', () => {
  expect(readsOfChecks(40) / readsOfChecks(4)).toBeLessThan(10.1);
});
