import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { InputError } from '@observed-rollouts/command-line';
import { afterAll, expect, it } from 'vitest';
import { readPlan } from '../src/release/plan.ts';
import { writeSmallManifests } from './small-manifests.ts';
import { runProgram, workspaceManifests } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
writeFileSync(
  join(folder, 'broken.yaml'),
  'description: refuses to start\nenvironment: { PING_SUCCESS_PERCENT: "165" }\nexpect: aborted\n',
);
writeFileSync(
  join(folder, 'broken-stable.yaml'),
  'description: has nothing to be released over\nenvironment: {}\nstable: { PING_SUCCESS_PERCENT: "165" }\nexpect: aborted\n',
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  [
    ['--seed', '-1'],
    "rehearse: option '--seed <number>' argument '-1' is invalid. Expected a whole number from 0 to 4294967295, e.g. --seed 42.; see --help\n",
  ],
  [
    ['nonsense', '--releases', folder],
    `release nonsense: not found in ${folder}, expected one of broken, broken-stable\n`,
  ],
  [
    ['--releases', '/no/such'],
    '/no/such: not found, expected a folder of release files (*.yaml); name it with --releases\n',
  ],
  [
    ['--report', join(folder, 'broken.yaml')],
    `--report: ${join(folder, 'broken.yaml')}: is a file, expected a folder that can be written, e.g. --report rehearsal-report\n`,
  ],
  [['--manifests', '/no/such'], '/no/such: not found, expected a folder of manifests; run "npx nx run charts:synth"\n'],
])('ends with exit code 2 and one message for %j', async (args, message) => {
  expect(await runProgram(args)).toEqual({ code: 2, stdout: '', stderr: message });
});

it('names every program that is not built, and the command that builds it', () => {
  let problems: readonly string[] = [];
  try {
    readPlan(workspaceManifests(), folder);
  } catch (error) {
    problems = (error as InputError).problems;
  }
  const inFolder = (path: string) => relative(process.cwd(), join(folder, path));
  expect(problems).toEqual([
    `${inFolder('apps/ping-service/dist/main.js')}: not found, expected the built ping-service; run "npx nx run ping-service:build"`,
    `${inFolder('apps/pinger/dist/main.js')}: not found, expected the built pinger; run "npx nx run pinger:build"`,
  ]);
});

it('shows the own last lines of a stable version that does not start', async () => {
  const { code, stderr } = await runProgram([
    'broken-stable',
    '--releases',
    folder,
    '--report',
    join(folder, 'report'),
  ]);
  expect(stderr).toMatch(/^rehearse: ping-service-\w+-\w+ ended with exit code 78 by itself; its last lines:\n/);
  expect(stderr).toContain('PING_SUCCESS_PERCENT: got "165"');
  expect(code).toBe(2);
});

it('starts a canary again that ends by itself, says why each time, and aborts at the progress deadline', async () => {
  writeSmallManifests(join(folder, 'manifests'), { progressDeadlineSeconds: 25, progressDeadlineAbort: true });
  const folders = ['--releases', folder, '--manifests', join(folder, 'manifests'), '--report', join(folder, 'report')];
  const { code, stdout } = await runProgram(['broken', ...folders]);
  const ends = [...stdout.matchAll(/canary pod \S+ unready: (.*)$/gm)].map(([, reason]) => reason);
  expect(ends.slice(0, 2)).toEqual([
    expect.stringMatching(/^ended with exit code 78, starts again at once \(restart 1\); its last line: .*165/),
    expect.stringMatching(/^ended with exit code 78, starts again in 10 s \(restart 2\); its last line: .*165/),
  ]);
  expect(stdout).toMatch(
    /^PASS release broken: aborted, as expected\n(?:.*\n)*? {2}why +the release made no progress for 25 s$/m,
  );
  expect(code).toBe(0);
});
