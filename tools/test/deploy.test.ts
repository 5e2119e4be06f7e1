import { expect, test } from 'vitest';
import { FakeKubectl } from './fake-kubectl.ts';
import { cluster, deployment, dir, rollout, run, snapshots } from './scripted-cluster.ts';

function kindsOf(input: string): string[] {
  return (JSON.parse(input) as { items: { kind: string }[] }).items.map(({ kind }) => kind);
}

test('applies definitions, namespaces and the rest in this order, waits for each, and ends when all is ready', async () => {
  const kubectl = new FakeKubectl(
    cluster(snapshots([deployment(0), rollout('Progressing')], [deployment(1), rollout('Healthy')])),
  );
  const { code, out, err } = await run(kubectl, ['--dir', dir, '--yes']);
  expect(err).toEqual([]);
  expect(code).toBe(0);
  expect(out).toEqual([
    'context dev, server https://10.0.0.1:6443 (Kubernetes v1.34.1)',
    `${dir}: 1 definitions, 1 namespaces, 3 other objects`,
    'definitions: 1 created',
    'namespaces: 1 unchanged',
    'secret apps/grafana-admin created; kubectl -n apps get secret grafana-admin -o yaml shows it (base64)',
    'objects: 2 created, 1 configured',
    'deployment apps/grafana: 0 of 1 ready',
    'rollout apps/web: 2 of 5 available',
    'deployment apps/grafana: 1 of 1 ready',
    'rollout apps/web: 5 of 5 available',
    'everything is ready',
  ]);
  const changes = kubectl.calls.filter(({ args }) => ['apply', 'wait', 'create'].some((word) => args.includes(word)));
  expect(changes.map(({ args }) => args.slice(2))).toEqual([
    ['apply', '-f', '-'],
    ['wait', '--for=condition=Established', '--timeout=60s', 'customresourcedefinition/rollouts.argoproj.io'],
    ['apply', '-f', '-'],
    ['create', '-f', '-'],
    ['apply', '-f', '-'],
  ]);
  expect(changes.filter(({ args }) => args.includes('apply')).map(({ input }) => kindsOf(input))).toEqual([
    ['CustomResourceDefinition'],
    ['Namespace'],
    ['Service', 'Deployment', 'Rollout'],
  ]);
});

test('every run after the first is pinned to the context that was shown', async () => {
  const kubectl = new FakeKubectl(cluster());
  await run(kubectl, ['--dir', dir, '--yes']);
  const [first, ...others] = kubectl.calls.map(({ args }) => args);
  expect(first).toEqual(['config', 'current-context']);
  expect(others.every((args) => args[0] === '--context' && args[1] === 'dev')).toBe(true);
});

test('a missing secret gets random values over standard input, an existing one is kept', async () => {
  const passwords = new Set<string>();
  for (let round = 0; round < 2; round++) {
    const kubectl = new FakeKubectl(cluster());
    await run(kubectl, ['--dir', dir, '--yes']);
    const created = kubectl.calls.find(({ args }) => args.includes('create'));
    const { metadata, stringData } = JSON.parse(created?.input ?? '') as {
      metadata: object;
      stringData: { ADMIN: string; PASSWORD: string };
    };
    expect(metadata).toEqual({ name: 'grafana-admin', namespace: 'apps' });
    expect(stringData).toEqual({ ADMIN: 'true', PASSWORD: expect.stringMatching(/^[\w-]{32}$/) as string });
    passwords.add(stringData.PASSWORD);
  }
  expect(passwords.size).toBe(2);
  const kept = new FakeKubectl(cluster({ when: ['get', 'secret'], turns: [{ stdout: 'secret/grafana-admin\n' }] }));
  await run(kept, ['--dir', dir, '--yes']);
  expect(kept.calls.filter(({ args }) => args.includes('create'))).toEqual([]);
});

test('asks on a terminal and applies nothing unless the answer is yes', async () => {
  const kubectl = new FakeKubectl(cluster());
  const { code, err, questions } = await run(kubectl, ['--dir', dir], 'n');
  expect({ code, err, questions }).toEqual({
    code: 2,
    err: ['deploy: not confirmed: nothing was applied'],
    questions: ['Apply to this cluster? [y/N] '],
  });
  expect(kubectl.calls.filter(({ args }) => args.includes('apply'))).toEqual([]);
  expect((await run(new FakeKubectl(cluster()), ['--dir', dir], 'y')).code).toBe(0);
});

test('refuses without a terminal and without --yes', async () => {
  const { code, err } = await run(new FakeKubectl(cluster()), ['--dir', dir]);
  expect({ code, err }).toEqual({
    code: 2,
    err: ['deploy: no terminal to ask on: add --yes to apply to this cluster'],
  });
});

test('at the time-out it says for each workload that is not ready why', async () => {
  const pod = {
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'apps', labels: { app: 'web' } },
    status: {
      containerStatuses: [
        {
          name: 'web',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "web:dev"' } },
        },
      ],
    },
  };
  const events = [
    { reason: 'Failed', message: 'image not found', involvedObject: { name: 'web-1' } },
    { reason: 'Other', message: 'not ours', involvedObject: { name: 'website-1' } },
  ];
  const kubectl = new FakeKubectl(
    cluster(
      snapshots([deployment(1), rollout('Progressing'), pod, { ...pod, metadata: { ...pod.metadata, name: 'web-2' } }]),
      {
        when: ['get', 'events'],
        turns: [{ stdout: JSON.stringify({ items: events }) }],
      },
    ),
  );
  const { code, err, out } = await run(kubectl, ['--dir', dir, '--yes', '--timeout', '5s']);
  expect(code).toBe(1);
  expect(out).toContain(
    'rollout apps/web: 2 of 5 available; 2 × container web waits: ImagePullBackOff (Back-off pulling image "web:dev")',
  );
  expect(err).toEqual([
    [
      'deploy: not ready after 5 s:',
      '  rollout apps/web: 2 of 5 available',
      '    2 × container web waits: ImagePullBackOff (Back-off pulling image "web:dev")',
      '    event Failed: image not found',
    ].join('\n'),
  ]);
});

test.each([
  [
    'aborted',
    rollout('Degraded', { abort: true, message: 'RolloutAborted: metric "failed-answers-of-canary" failed' }),
    'degraded: RolloutAborted: metric "failed-answers-of-canary" failed',
  ],
  [
    'paused',
    rollout('Paused', { message: 'InconclusiveAnalysisRun' }),
    'paused for a decision: InconclusiveAnalysisRun',
  ],
])('a Rollout that is %s ends the waiting at once', async (_what, live, detail) => {
  const { code, err } = await run(new FakeKubectl(cluster(snapshots([deployment(1), live]))), ['--dir', dir, '--yes']);
  expect({ code, err }).toEqual({ code: 1, err: [`deploy: not ready:\n  rollout apps/web: ${detail}`] });
});

test('a status of an older generation is not taken for the new one', async () => {
  const stale = rollout('Healthy', { observedGeneration: '2' });
  const kubectl = new FakeKubectl(cluster(snapshots([deployment(1), stale], [deployment(1), rollout('Healthy')])));
  const { code, out } = await run(kubectl, ['--dir', dir, '--yes']);
  expect(code).toBe(0);
  expect(out).toContain('rollout apps/web: its controller has not seen it yet');
});

test('what the server refuses is shown as it said it, with exit code 1', async () => {
  const refusal = { when: ['apply'], turns: [{ stderr: 'Error from server (Forbidden): no\n', code: 1 }] };
  const { code, err } = await run(new FakeKubectl(cluster(refusal)), ['--dir', dir, '--yes']);
  expect({ code, err }).toEqual({
    code: 1,
    err: ['deploy: kubectl apply -f - failed:\n  Error from server (Forbidden): no'],
  });
});

test('a dry run lets the server check what it can, names the rest, and changes nothing', async () => {
  const kubectl = new FakeKubectl(
    cluster(
      { when: ['get', 'namespaces'], turns: [{ stdout: 'default\napps\n' }] },
      { when: ['get', 'customresourcedefinitions'], turns: [{}] },
      { when: ['apply'], turns: [{ stdout: 'service/web created (server dry run)\n' }] },
    ),
  );
  const { code, out } = await run(kubectl, ['--dir', dir, '--dry-run']);
  expect(code).toBe(0);
  expect(out.slice(2)).toEqual([
    'service/web created (server dry run)',
    "1 objects can't be checked before what they need exists:",
    '  rollout apps/web (needs rollouts.argoproj.io)',
    'dry run: nothing was changed',
  ]);
  const applied = kubectl.calls.filter(({ args }) => args.includes('apply'));
  expect(applied.map(({ args }) => args.slice(2))).toEqual([['apply', '-f', '-', '--dry-run=server']]);
});
