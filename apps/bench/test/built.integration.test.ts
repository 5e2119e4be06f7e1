import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchmarks } from '../src/benchmarks.ts';
import { checkReport } from '../src/report/report-schema.ts';

const program = join(import.meta.dirname, '..', 'dist', 'main.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-built-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the built command lists every benchmark with its minutes', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--help']);
  expect(benchmarks.length).toBeGreaterThan(0);
  for (const { name, title, minutes } of benchmarks) {
    expect(stdout).toContain(`  ${name.padEnd(12)}${title} (${minutes} min)\n`);
  }
});

test('the built command measures, reports as JSON, and leaves nothing but its report', async () => {
  const env = { ...process.env, TMPDIR: folder };
  const args = [program, 'gate', '--quick', '--json', '--out', join(folder, 'out')];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  const { value, problems } = checkReport(JSON.parse(stdout));
  expect(problems).toBeUndefined();
  expect(value?.sections.map(({ name, effort, failure }) => [name, effort, failure])).toEqual([
    ['gate', 'quick', undefined],
  ]);
  expect(value?.sections[0]?.findings?.rows.length).toBeGreaterThan(0);
  expect(stderr).toMatch(/^1 benchmark, quick\n\[1\/1\] gate 0 s: /);
  expect(stderr).toMatch(/ figures? without an aim\. Open \S+index\.html\n$/);
  expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['bench.json', 'index.html']);
});
