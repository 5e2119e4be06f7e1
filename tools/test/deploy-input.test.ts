import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Answer, FakeKubectl } from './fake-kubectl.ts';
import { cluster, dir, run } from './scripted-cluster.ts';

test.each<[what: string, answers: Answer[], args: string[], message: string]>([
  [
    'no current context',
    [{ when: ['current-context'], turns: [{ stderr: 'error: current-context is not set\n', code: 1 }] }],
    [],
    'kubectl: got no current context, expected one; kubectl config use-context sets it, --context names one for this run',
  ],
  [
    'a context that does not exist',
    [{ when: ['config', 'view'], turns: [{ stderr: 'error: cannot locate context nope\n', code: 1 }] }],
    ['--context', 'nope'],
    '--context: got "nope", expected a context of the kubeconfig; kubectl config get-contexts lists them',
  ],
  [
    'a server that does not answer',
    [{ when: ['/version'], turns: [{ stderr: 'log line\nThe connection to the server was refused\n', code: 1 }] }],
    [],
    'cluster: context "dev" at https://10.0.0.1:6443 can\'t be reached: The connection to the server was refused',
  ],
])('%s: says so and applies nothing', async (_what, answers, args, message) => {
  const { code, err } = await run(new FakeKubectl(cluster(...answers)), ['--dir', dir, '--yes', ...args]);
  expect({ code, err }).toEqual({ code: 2, err: [`deploy: ${message}`] });
});

test('no kubectl on PATH: says so', async () => {
  const { code, err } = await run(undefined, ['--dir', dir, '--yes']);
  expect({ code, err }).toEqual({
    code: 2,
    err: [
      'deploy: kubectl: not found on PATH, expected it to be installed; see https://kubernetes.io/docs/tasks/tools/',
    ],
  });
});

test('every wrong flag is named at once', async () => {
  const { code, err } = await run(undefined, ['now', '--force', '--timeout', '5h', '--yes=1', '--context=']);
  expect({ code, err }).toEqual({
    code: 2,
    err: [
      [
        'deploy: now: unexpected argument, expected flags only, see --help',
        '--force: unknown flag, see --help',
        '--yes: got "1", expected no value',
        '--context: got no value, expected one, see --help',
        '--timeout: got "5h", expected a duration with unit s or m from 1s to 60m, e.g. --timeout 10m',
      ].join('\n'),
    ],
  });
});

test('a folder that is not there, and one without manifests, are named', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'empty-'));
  const broken = mkdtempSync(join(tmpdir(), 'broken-'));
  writeFileSync(join(broken, 'a.yaml'), 'kind: [\n');
  expect((await run(undefined, ['--dir', '/nowhere'])).err).toEqual([
    'deploy: --dir: cannot read /nowhere (ENOENT), expected a folder with manifests',
  ]);
  expect((await run(undefined, ['--dir', empty])).err).toEqual([
    `deploy: --dir: got no YAML file in ${empty}, expected manifests; run npm run synth`,
  ]);
  expect((await run(undefined, ['--dir', broken])).err[0]).toMatch(
    new RegExp(`^deploy: ${join(broken, 'a.yaml')}: not readable as YAML: `),
  );
});

test('--help prints the usage', async () => {
  const { code, out } = await run(undefined, ['--help']);
  expect(code).toBe(0);
  expect(out[0]).toMatch(/^Usage: npm run deploy -- \[flags\]\n/);
});
