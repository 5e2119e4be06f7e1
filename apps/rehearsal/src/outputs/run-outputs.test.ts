import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aborted } from '../card/card.fixture.ts';
import { outputFiles, RunOutputs } from './run-outputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes the files that it is asked for, and adds to the summary of the CI job', () => {
  const [junit, summary, appendedSummary] = ['a.xml', 'a.md', 'job.md'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(appendedSummary, 'before\n');
  writeFileSync(summary, 'of an earlier run');
  const files = outputFiles({ junit, summary }, { GITHUB_STEP_SUMMARY: appendedSummary });
  const outputs = new RunOutputs({ ...files, releases: ['errors', 'best'], startedAt: new Date(0) });
  for (const event of aborted.events) outputs.take(event);
  outputs.write('ping-service ended by itself');
  expect(readFileSync(junit, 'utf8')).toContain('<error message="not played: ping-service ended by itself"');
  const text = readFileSync(summary, 'utf8');
  expect(text).toMatch(/^## Rehearsal\n\n1 of 2 releases ended as expected\.\n/);
  expect(readFileSync(appendedSummary, 'utf8')).toBe(`before\n${text}`);
});

it('names every file that can not be written before anything starts', () => {
  writeFileSync(join(folder, 'file'), '');
  const settings = { junit: join(folder, 'file', 'a.xml'), summary: folder, releases: [], startedAt: new Date(0) };
  expect(() => new RunOutputs(settings)).toThrow(
    new InputError([
      `--junit: ${folder}/file/a.xml: a part of the path is a file, expected a file that can be written`,
      `--summary: ${folder}: is a folder, expected a file that can be written`,
    ]),
  );
});

it('writes nothing when nothing is asked for', () => {
  expect(outputFiles({}, { GITHUB_STEP_SUMMARY: '' })).toEqual({});
  new RunOutputs({ releases: ['errors'], startedAt: new Date(0) }).write(undefined);
});
