import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workloadsOf } from '../src/checks/objects.ts';
import { local } from '../src/environments/local.ts';
import { draw, drawApplication } from '../src/main.ts';
import { podSecurityProblems } from './pod-security.ts';
import type { StructuralSchema } from '../src/crds/schema-from-types.ts';
import { fieldsOutside, modelModule, unknownFields } from './unknown-fields.ts';
import { renderFile, synthesize, writeManifests } from '../src/synth/write-manifests.ts';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../src/synth/kubernetes-object.ts';

const dist = join(import.meta.dirname, '../../../dist');
const files = synthesize(draw(local));
const objects = files.flatMap((file) => file.objects);

/** The objects as they stand in the committed files, which is what a cluster gets. */
const committed = readdirSync(join(dist, 'manifests')).flatMap((file) =>
  [...parseAllDocuments(readFileSync(join(dist, 'manifests', file), 'utf8'))].map(
    (it) => it.toJS() as KubernetesObject,
  ),
);

function readFolder(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

test.each([
  ['manifests', () => synthesize(draw(local))],
  ['argocd', () => synthesize(drawApplication(local))],
])('the committed dist/%s is what a fresh synth writes, byte by byte', (folder, fresh) => {
  const written = mkdtempSync(join(tmpdir(), 'manifests-'));
  writeManifests(written, fresh());
  expect(readFolder(join(dist, folder))).toEqual(readFolder(written));
});

test('there is one file per system, definitions and namespaces first', () => {
  expect(files.map(({ name }) => name)).toEqual([
    '00-crds.yaml',
    '01-namespaces.yaml',
    '20-argo-rollouts.yaml',
    '30-prometheus.yaml',
    '31-tempo.yaml',
    '32-grafana.yaml',
    '33-alertmanager.yaml',
    '40-ping-service.yaml',
    '41-pinger.yaml',
  ]);
});

test('a second synth of the same environment gives the same bytes', () => {
  expect(synthesize(draw(local)).map(renderFile)).toEqual(files.map(renderFile));
});

test('writing removes YAML files of earlier synths and leaves other files alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  writeFileSync(join(folder, '99-gone.yaml'), 'a: 1\n');
  writeFileSync(join(folder, 'README.md'), 'kept\n');
  writeManifests(folder, files);
  expect(readdirSync(folder).sort()).toEqual([...files.map(({ name }) => name), 'README.md'].sort());
});

test('every committed object is valid by the published schema of its kind', async () => {
  const problems: string[] = [];
  for (const object of committed) {
    const models = (await import(modelModule(object))) as Record<string, new (data: object) => { validate(): void }>;
    const Model = models[object.kind];
    if (Model === undefined) throw new Error(`no model of ${object.kind}`);
    try {
      new Model(object).validate();
    } catch (error) {
      problems.push(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`);
    }
  }
  expect(problems).toEqual([]);
  expect(committed).toHaveLength(objects.length);
});

test('no committed object has a field that its kind does not know', () => {
  expect(
    committed.flatMap((object) =>
      unknownFields(object).map((field) => `${object.kind} ${object.metadata.name}: ${field}`),
    ),
  ).toEqual([]);
});

test('a misspelled field is found, however deep', () => {
  const rollout = structuredClone(committed.find(({ kind }) => kind === 'Rollout')) as KubernetesObject;
  rollout['spec'].strategy.canary.steps[0] = { setWieght: 20 };
  rollout['spec'].template.spec.containers[0].imagee = 'x';
  expect(unknownFields(rollout)).toEqual([
    'spec.strategy.canary.steps[0].setWieght',
    'spec.template.spec.containers[0].imagee',
  ]);
});

test('every pod meets the Pod Security Standard "restricted" and states its resources', () => {
  const workloads = workloadsOf(committed);
  expect(workloads.map(({ object }) => object.metadata.name)).toEqual([
    'argo-rollouts',
    'prometheus',
    'tempo',
    'grafana',
    'alertmanager',
    'ping-service',
    'pinger',
  ]);
  expect(workloads.flatMap(podSecurityProblems)).toEqual([]);
});

test('a pod that asks for more than "restricted" allows is named with every breach', () => {
  const pinger = structuredClone(
    committed.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'pinger'),
  );
  const spec = (pinger as KubernetesObject)['spec'].template.spec;
  spec.hostNetwork = true;
  spec.volumes.push({ name: 'host', hostPath: { path: '/' } });
  spec.containers[0].securityContext.capabilities.add = ['NET_ADMIN'];
  expect(workloadsOf([pinger as KubernetesObject]).flatMap(podSecurityProblems)).toEqual([
    'Deployment observed-rollouts/pinger: shares a namespace of the host',
    'Deployment observed-rollouts/pinger: volume host of kind hostPath',
    'Deployment observed-rollouts/pinger: pinger keeps capabilities',
  ]);
});

test('only the controller and Prometheus hold a token, and it expires', () => {
  const holders = workloadsOf(committed).filter(({ template }) =>
    template.spec?.volumes?.some(({ projected }) => projected?.sources?.some((source) => source.serviceAccountToken)),
  );
  expect(holders.map(({ object }) => object.metadata.name)).toEqual(['argo-rollouts', 'prometheus']);
});

test('each definition fits the annotation of a client-side apply', () => {
  const sizes = committed
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map((object) => JSON.stringify(object).length);
  expect(sizes).toHaveLength(5);
  expect(Math.max(...sizes)).toBeLessThan(262_144);
});

test('only Rollouts have a status of their own: the controller writes the other kinds whole', () => {
  const subresources = committed
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map(({ metadata, ...object }) => [metadata.name, Object.keys(object['spec'].versions[0].subresources ?? {})]);
  expect(Object.fromEntries(subresources)).toEqual({
    'analysisruns.argoproj.io': [],
    'analysistemplates.argoproj.io': [],
    'clusteranalysistemplates.argoproj.io': [],
    'experiments.argoproj.io': [],
    'rollouts.argoproj.io': ['scale', 'status'],
  });
});

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: StructuralSchema } }];
  };
}

test('every custom object has only fields that its committed definition keeps: an API server would drop the others', () => {
  const definitions = committed.filter((it): it is Definition => it.kind === 'CustomResourceDefinition');
  const schemaOf = (kind: string) =>
    definitions.find(({ spec }) => spec.names.kind === kind)?.spec.versions[0].schema.openAPIV3Schema;
  const custom = committed.flatMap((it) => {
    const schema = schemaOf(it.kind);
    return schema === undefined ? [] : [{ it, schema }];
  });
  expect(custom.map(({ it }) => it.kind)).toEqual(['AnalysisTemplate', 'AnalysisTemplate', 'Rollout']);
  // The API server knows every field of metadata, whatever the definition says.
  const dropped = custom.flatMap(({ it: { metadata: _, ...rest }, schema }) => fieldsOutside(rest, schema));
  expect(dropped).toEqual([]);
});
