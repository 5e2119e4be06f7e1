import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DebianProgram, findDebianProgram } from '@observed-rollouts/command-line/testing';
import { root, runProgram, workspaceToolchain } from './workspace.ts';

let folder: string;

beforeAll(async () => {
  await workspaceToolchain();
  folder = mkdtempSync(join(tmpdir(), 'own-service-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Verdict {
  readonly type: string;
  readonly outcome: string;
  readonly decidedBy?: { readonly metric: string };
  readonly pings: { readonly ok: number; readonly transportFailures: number; readonly dropped: number };
}

/**
 * A copy of an example with changes, to be played from the test's folder. A request may wait for as long as this machine needs, so that what ends without
 * an answer was refused or reset.
 */
function copyOf(example: string, file: string, name: string, change = (text: string) => text): string {
  const copy = join(folder, name);
  const text = readFileSync(`${root}examples/${example}/${file}.yaml`, 'utf8')
    .replace(/^ {2}command: .*$/m, `$&\n  workingDirectory: ${root}examples/${example}`)
    .replace(/^request: \{ (.*) \}$/m, 'request: { $1, timeout: 60s }');
  writeFileSync(copy, change(text));
  return copy;
}

/** Rehearses a service file and reads its verdict; what the program wrote to stderr is part of a failure. */
async function rehearse(file: string) {
  const { code, stdout, stderr } = await runProgram(['--file', file, '--json', '--report', join(folder, 'report')]);
  const events = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Verdict]));
  return {
    code,
    verdict: events.find(({ type }) => type === 'verdict'),
    stderr: code === 2 ? stderr.replace(/^open .*\n/m, '') : '',
  };
}

const python: DebianProgram = {
  title: 'Python 3',
  names: ['python3'],
  debianPackage: 'python3',
  neededFor: 'the test of examples/python-http',
};

describe.each([
  { example: 'node-http', language: 'plain Node', needs: undefined },
  { example: 'python-http', language: "Python's standard library", needs: python },
])('examples/$example, in $language', ({ example, needs }) => {
  beforeAll(async () => {
    if (needs !== undefined) await findDebianProgram(needs);
  }, 300_000);

  it('promotes the good candidate, aborts the failing one, and loses no request in any drain', async () => {
    const files = ['rehearsal', 'failing'].map((file) => copyOf(example, file, `${example}-${file}.yaml`));
    const [good, failing] = await Promise.all(files.map(rehearse));
    const undisturbed = { ok: expect.any(Number) as number, transportFailures: 0, dropped: 0 };
    expect(good).toMatchObject({ code: 0, stderr: '', verdict: { outcome: 'promoted', pings: undisturbed } });
    expect(failing).toMatchObject({ code: 0, stderr: '', verdict: { outcome: 'aborted', pings: undisturbed } });
    // The gate and the watch judge the same objective: whichever looks first decides.
    expect(failing?.verdict?.decidedBy?.metric).toMatch(/^failed-answers-of-canary(-watch)?$/);
  });
});

it('refuses what the first scrape shows to be wrong, with what it shows instead', async () => {
  const wrong = (name: string, change: (text: string) => string) => copyOf('node-http', 'rehearsal', name, change);
  const bound = wrong('bound.yaml', (text) =>
    text.replace('bound: 1s', 'bound: 300ms').replace('label: code', 'label: status'),
  );
  const name = wrong('name.yaml', (text) =>
    text.replace('histogram: hello_request_seconds', 'histogram: hello_seconds'),
  );
  const label = wrong('label.yaml', (text) => text.replace('handler: hello', 'handler: goodbye, route: /'));
  const ends = await Promise.all([bound, name, label].map(rehearse));
  expect(ends.map(({ code, stderr }) => ({ code, stderr: stderr.replaceAll(`${folder}/`, '') }))).toEqual([
    {
      code: 2,
      stderr:
        'bound.yaml: objectives.latency.bound: got 300ms, expected a bucket of hello_request_seconds, the nearest are 250ms and 1s\n' +
        'bound.yaml: metrics.status.label: hello_request_seconds_count has no label status, expected one of code, handler\n',
    },
    {
      code: 2,
      stderr:
        "name.yaml: metrics.histogram: the stable version doesn't expose hello_seconds, expected one of hello_request_seconds\n",
    },
    {
      code: 2,
      stderr:
        'label.yaml: metrics.labels.handler: got "goodbye", expected one of "hello"\n' +
        'label.yaml: metrics.labels.route: hello_request_seconds_bucket has no label route, expected one of code, handler\n',
    },
  ]);
});

it('ends when the stable version is not Ready in time, and says which process and what it wrote last', async () => {
  const late = copyOf('node-http', 'rehearsal', 'late.yaml', (text) =>
    text
      .replace('path: /healthz', 'path: /nowhere, timeout: 10s')
      .replace('replicas: 4', 'replicas: 2')
      .replace('[25, 50]', '[50, 70]'),
  );
  const { code, stderr } = await rehearse(late);
  const shown = stderr
    .replaceAll(`${folder}/`, '')
    .replace(/node-http-\w+-\w{5} is/, 'POD is')
    .replace(/127\.0\.0\.1:\d+/, 'ADDRESS')
    .replace(/port \d+/, 'port PORT');
  expect({ code, stderr: shown }).toEqual({
    code: 2,
    stderr:
      'late.yaml: readiness.timeout: POD is not Ready 10s after its start: http://ADDRESS/nowhere: got status 404, expected 2xx or 3xx; its last lines:\n' +
      '  listens on port PORT\n',
  });
});
