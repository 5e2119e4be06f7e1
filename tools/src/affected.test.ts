import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyWorkspace } from './workspace-copy.ts';

const copy = copyWorkspace();
afterAll(() => copy.remove());

/** Commits a change of the file and asks Nx what CI would run, against the commit before. */
function affectedBy(file: string, target: string): string[] {
  appendFileSync(join(copy.root, file), '\n// changed\n');
  copy.git('commit', '-q', '-a', '-m', `change ${file}`);
  const args = ['show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD', `--with-target=${target}`, '--json'];
  return (JSON.parse(copy.run('nx', args)) as string[]).sort();
}

test('a change in pinger reaches neither ping-service nor charts', () => {
  expect(affectedBy('apps/pinger/src/main.ts', 'test')).toEqual(['pinger', 'rehearsal']);
});

test('a change in contract reaches every project', () => {
  expect(affectedBy('libs/contract/src/index.ts', 'lint')).toEqual([
    'bench',
    'charts',
    'contract',
    'e2e',
    'ping-service',
    'pinger',
    'rehearsal',
    'slo',
    'telemetry',
    'tools',
  ]);
});

test('a change in slo reaches the manifests, who reads them and the pages about it, and no service', () => {
  expect(affectedBy('libs/slo/src/story.ts', 'test')).toEqual(['bench', 'charts', 'e2e', 'rehearsal', 'slo', 'tools']);
});

test('a change in how programs end reaches the rehearsal, the bench and the report of both', () => {
  expect(affectedBy('libs/command-line/src/interruption.ts', 'test')).toEqual([
    'bench',
    'command-line',
    'rehearsal',
    'report',
  ]);
});

test('a change in the report reaches who reports, and no service', () => {
  expect(affectedBy('libs/report/src/page.ts', 'test')).toEqual(['bench', 'rehearsal', 'report']);
});

test('a change in a generated page reaches only the tools that check it', () => {
  expect(affectedBy('docs/reference.md', 'test')).toEqual(['tools']);
});
