import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyWorkspace } from './workspace-copy.ts';

const copy = copyWorkspace();
afterAll(() => copy.remove());
const base = copy.git('rev-parse', 'HEAD').trim();
copy.git('checkout', '-q', '-b', 'feature');
copy.git('commit', '-q', '--allow-empty', '-m', 'first');
copy.git('commit', '-q', '--allow-empty', '-m', 'second');
const head = copy.git('rev-parse', 'HEAD').trim();
copy.git('checkout', '-q', 'main');
copy.git('commit', '-q', '--allow-empty', '-m', 'main moved on');
const moved = copy.git('rev-parse', 'HEAD').trim();
copy.git('checkout', '-q', 'feature');

function run(env: Record<string, string>) {
  const script = join(import.meta.dirname, 'affected-base.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
    cwd: copy.root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { stdout, stderr, status };
}

test('compares a pull request with its merge base, not with the tip of its target', () => {
  expect(run({ PULL_REQUEST_BASE: moved })).toEqual({
    stdout: `NX_BASE=${base}\nNX_HEAD=${head}\n`,
    stderr: '',
    status: 0,
  });
});

test('compares a push with what the branch held before', () => {
  expect(run({ PUSH_BEFORE: base }).stdout).toBe(`NX_BASE=${base}\nNX_HEAD=${head}\n`);
});

test.each([
  ['the first push of a branch', '0'.repeat(40)],
  ['a push that rewrote history', 'f'.repeat(40)],
])('takes everything as changed on %s', (_, before) => {
  expect(run({ PUSH_BEFORE: before }).stdout).toBe(
    `NX_BASE=4b825dc642cb6eb9a060e54bf8d69288fbee4904\nNX_HEAD=${head}\n`,
  );
});

test('fails on a pull request whose base was not fetched, and says what to do', () => {
  const { status, stderr } = run({ PULL_REQUEST_BASE: 'f'.repeat(40) });
  expect(status).toBe(1);
  expect(stderr).toContain(
    `affected-base: no merge base of ${'f'.repeat(40)} and HEAD; fetch the full history (fetch-depth: 0)`,
  );
});
