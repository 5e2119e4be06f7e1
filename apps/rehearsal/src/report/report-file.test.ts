import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { pingServiceLevel } from '@observed-rollouts/slo';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareReportFolder, writeReport } from './report-file.ts';
import type { RunReport } from './run-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const report: RunReport = {
  recordings: [],
  run: { startedAt: 0, endedAt: 0, parallel: 1, cpus: 1, releases: [] },
  level: pingServiceLevel,
  machine: { cpus: 1, cpuModel: 'c', memoryBytes: 1, system: 's', versions: [] },
  commands: [],
  writtenAt: 0,
};

it('makes the folder, and leaves nothing but the report in it', async () => {
  const target = join(folder, 'a', 'b');
  prepareReportFolder(target);
  expect(readdirSync(target)).toEqual([]);
  expect(await writeReport(target, report)).toBe(join(target, 'index.html'));
  expect(readdirSync(target)).toEqual(['index.html']);
  expect(readFileSync(join(target, 'index.html'), 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\s*$/);
});

it('refuses a folder that cannot be made, before anything is started', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const folderOf = (path: string) => () => prepareReportFolder(path);
  const next = 'expected a folder that can be written, e.g. --report rehearsal-report';
  expect(folderOf(file)).toThrow(new InputError([`--report: ${file}: is a file, ${next}`]));
  expect(folderOf(join(file, 'x'))).toThrow(
    new InputError([`--report: ${join(file, 'x')}: a part of the path is a file, ${next}`]),
  );
});

it('keeps the report before when the new one cannot be put in its place', async () => {
  const inTheWay = join(folder, 'index.html');
  mkdirSync(inTheWay);
  writeFileSync(join(inTheWay, 'kept'), '');
  await expect(writeReport(folder, report)).rejects.toThrow(InputError);
  expect(readdirSync(folder)).toEqual(['index.html']);
  expect(readdirSync(inTheWay)).toEqual(['kept']);
});
