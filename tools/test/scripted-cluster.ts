import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDeploy, type Surroundings } from '../src/deploy/deploy.ts';
import type { Answer, FakeKubectl } from './fake-kubectl.ts';

const secret = JSON.stringify({ name: 'grafana-admin', fixed: { ADMIN: 'true' }, random: ['PASSWORD'] });
const selector = { matchLabels: { app: 'web' } };
const manifests = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'apps' } },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'rollouts.argoproj.io' },
    spec: { group: 'argoproj.io', names: { kind: 'Rollout' } },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'grafana', namespace: 'apps', annotations: { 'observed-rollouts/generated-secret': secret } },
  },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web', namespace: 'apps' } },
];

/** A folder with a definition, a namespace, a Service, a Deployment that asks for a Secret, and a Rollout. */
export const dir = mkdtempSync(join(tmpdir(), 'manifests-'));
writeFileSync(join(dir, 'all.yaml'), manifests.map((object) => JSON.stringify(object)).join('\n---\n'));

export function deployment(available: number) {
  return {
    kind: 'Deployment',
    metadata: { name: 'grafana', namespace: 'apps', generation: 2 },
    spec: { replicas: 1, selector: { matchLabels: { app: 'grafana' } } },
    status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: available },
  };
}

export function rollout(phase: string, more: object = {}) {
  return {
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'apps', generation: 3 },
    spec: { replicas: 5, selector },
    status: { observedGeneration: '3', phase, availableReplicas: phase === 'Healthy' ? 5 : 2, ...more },
  };
}

/** What the server shows of the workloads and pods, poll by poll. */
export function snapshots(...lists: object[][]): Answer {
  return { when: ['get', 'pods'], turns: lists.map((items) => ({ stdout: JSON.stringify({ items }) })) };
}

/** A cluster that accepts everything; what a test adds is asked first. */
export function cluster(...answers: Answer[]): Answer[] {
  return [
    ...answers,
    { when: ['config', 'current-context'], turns: [{ stdout: 'dev\n' }] },
    { when: ['config', 'view'], turns: [{ stdout: 'https://10.0.0.1:6443' }] },
    { when: ['/version'], turns: [{ stdout: '{"gitVersion":"v1.34.1"}' }] },
    { when: ['wait'], turns: [{ stdout: 'condition met\n' }] },
    { when: ['get', 'secret'], turns: [{}] },
    { when: ['create', '-f'], turns: [{ stdout: 'secret/grafana-admin created\n' }] },
    { when: ['get', 'events'], turns: [{ stdout: '{"items":[]}' }] },
    {
      when: ['apply'],
      turns: [
        { stdout: 'crd created\n' },
        { stdout: 'namespace/apps unchanged\n' },
        { stdout: 'service/web created\ndeployment/grafana created\nrollout/web configured\n' },
      ],
    },
    snapshots([deployment(1), rollout('Healthy')]),
  ];
}

export interface Outcome {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
  readonly questions: string[];
}

/** Runs the tool; time passes only while it sleeps. */
export async function run(
  kubectl: FakeKubectl | undefined,
  args: readonly string[],
  answer?: string,
): Promise<Outcome> {
  const [out, err, questions]: [string[], string[], string[]] = [[], [], []];
  let now = 0;
  const surroundings: Surroundings = {
    env: kubectl?.env ?? { PATH: dir },
    pollMs: 1_000,
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    print: (line) => out.push(line),
    printError: (line) => err.push(line),
    ask:
      answer === undefined
        ? undefined
        : (question) => {
            questions.push(question);
            return Promise.resolve(answer);
          },
  };
  const code = await runDeploy(args, surroundings);
  return { code, out, err, questions };
}
