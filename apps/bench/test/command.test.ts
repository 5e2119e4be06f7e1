import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BenchReport } from '../src/report/bench-report.ts';
import { isAlive } from './http-subject.ts';

const program = join(import.meta.dirname, 'tiny-bench.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param meanwhile is told of each text on standard error. */
function bench(args: readonly string[], meanwhile?: (stderr: string, child: ChildProcess) => void): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@observed-rollouts/source', program, folder, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => {
    stderr += text;
    meanwhile?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const reportOf = () => JSON.parse(readFileSync(join(folder, 'out', 'bench.json'), 'utf8')) as BenchReport;

test('a run prints a table and progress, writes the report, and leaves nothing else', async () => {
  const { code, stdout, stderr } = await bench(['swift', '--quick', '--out', 'out']);
  expect(stdout).toMatch(
    /^About swift\n {2}CPU per request {2}[\d.]+ × \([\d.]+ to [\d.]+\) {2}≤ 0\.001 {2}missed {2}itself\n {2}A note\.\n\n0 of 1 aims reached, 1 missed; 0 figures without an aim\. Open out\/index\.html\n$/,
  );
  expect(stderr).toMatch(/^1 benchmark, quick\n\[1\/1\] swift 0 s: About swift\n\[1\/1\] swift \d+ s: measuring\n$/);
  expect(code).toBe(0);
  const [section] = reportOf().sections;
  expect(section).toMatchObject({ name: 'swift', effort: 'quick', findings: { rows: [{ value: { samples: 2 } }] } });
  expect(readdirSync(folder)).toEqual(['out']);
  expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['bench.json', 'index.html']);

  const again = await bench(['--from', 'out/bench.json', '--strict', '--json', '--out', 'again']);
  expect(JSON.parse(again.stdout)).toEqual(reportOf());
  expect(again.stderr).toBe('0 of 1 aims reached, 1 missed; 0 figures without an aim. Open again/index.html\n');
  expect(again.code).toBe(1);
  const page = (out: string) => readFileSync(join(folder, out, 'index.html'), 'utf8');
  expect(page('again')).toBe(page('out'));
});

test('a benchmark that fails is named with its reason, and the others are measured', async () => {
  const { code, stdout, stderr } = await bench(['broken', 'sloppy', 'swift', '--out', 'out']);
  expect(code).toBe(1);
  expect(stdout).toContain('About broken\n  Not measured: bench: broken: got nothing\n\n');
  expect(stdout).toContain(
    'About sloppy\n  Not measured: bench: sloppy: its findings are wrong:\n  rows[0].value.median: Invalid input: expected number, received NaN; then it would not end\n\n',
  );
  expect(stdout).toContain('A note.');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(
    '0 of 1 aims reached, 1 missed; 0 figures without an aim; not measured: broken, sloppy. Open out/index.html',
  );
  expect(stderr).toContain('[2/3] broken 0 s: failed: Error: bench: broken: got nothing\n    at ');
  expect(reportOf().sections.map(({ name }) => name)).toEqual(['swift', 'broken', 'sloppy']);
  expect(readdirSync(folder)).toEqual(['out']);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends everything within a benchmark that does not heed it, and keeps what was finished',
  async (signal, code) => {
    let started = { pids: [] as number[], folder: '' };
    const ended = await bench(['broken', 'slow', '--out', 'out'], (stderr, child) => {
      const [, json] = /started (\{.*\})\n/.exec(stderr) ?? [];
      if (json === undefined || started.pids.length > 0) return;
      started = JSON.parse(json) as typeof started;
      expect(started.pids.every(isAlive)).toBe(true);
      child.kill(signal);
    });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`\nbench: interrupted by ${signal}; 1 of 2 benchmarks were finished\n`);
    expect(started.pids).toHaveLength(2);
    expect(started.pids.filter(isAlive)).toEqual([]);
    expect(existsSync(started.folder)).toBe(false);
    expect(readdirSync(folder)).toEqual(['out']);
    expect(reportOf().sections.map(({ name }) => name)).toEqual(['broken']);
  },
);

test('what is measured ends even when the bench is killed', async () => {
  let pids: number[] = [];
  await bench(['slow', '--out', 'out'], (stderr, child) => {
    const [, json] = /started (\{.*\})\n/.exec(stderr) ?? [];
    if (json === undefined || pids.length > 0) return;
    ({ pids } = JSON.parse(json) as { pids: number[] });
    child.kill('SIGKILL');
  });
  expect(pids).toHaveLength(2);
  for (let look = 0; look < 500 && pids.some(isAlive); look++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a run is recorded in the documentation: sections by name, in order, without plots', async () => {
  const page = join(folder, 'performance.md');
  writeFileSync(page, 'no place');
  const refused = await bench(['swift', '--record']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toBe(
    '--record: performance.md: expected "<!-- recorded: npm run bench -- --record -->" and "<!-- end of recorded -->" once each, in this order\n',
  );
  writeFileSync(page, 'Before\n<!-- recorded: npm run bench -- --record -->\nold\n<!-- end of recorded -->\nafter\n');
  const { code, stderr } = await bench(['swift', 'broken', '--quick', '--record', '--out', 'out']);
  expect(stderr).toContain('recorded: performance.md\n');
  expect(code).toBe(1);
  const text = readFileSync(page, 'utf8');
  expect(text).toMatch(
    /^Before\n<!-- recorded: .* -->\n\nMachine: .*\n\n### About swift\n\nHow swift is measured\.\n\n\| what [^]*\n\nMeasured: `npm run bench -- swift`, \d{4}-[^\n]* UTC, \d+ s; a quick run: rough figures\.\n\n<!-- end of recorded -->\nafter\n$/,
  );
  const recorded = () => JSON.parse(readFileSync(join(folder, 'performance.json'), 'utf8')) as BenchReport;
  expect(recorded().sections.map(({ name, findings }) => [name, findings?.plots])).toEqual([['swift', []]]);

  const elsewhere = { ...recorded(), machine: { ...recorded().machine, cpus: 64 } };
  elsewhere.sections = [...elsewhere.sections, { ...elsewhere.sections[0]!, name: 'broken' }];
  writeFileSync(join(folder, 'performance.json'), JSON.stringify(elsewhere));
  const other = await bench(['swift', '--record']);
  expect(other.code).toBe(2);
  expect(other.stderr).toBe(
    '--record: broken is recorded of another machine, expected one for all; measure everything: npm run bench -- --record\n',
  );
  expect(readFileSync(page, 'utf8')).toBe(text);
});

test('wrong arguments are refused before anything is measured', async () => {
  for (const [args, message] of [
    [['--from', 'none.json', '--quick'], "error: option '--from <file>' cannot be used with option '--quick'\n"],
    [['--from', 'none.json', 'swift'], 'error: --from shows the whole report, got swift, expected no benchmarks\n'],
    [
      ['--from', 'none.json'],
      '--from: none.json: no such file, expected a report of the bench, e.g. bench-report/bench.json\n',
    ],
    [['swift', '--out', '/dev/null/x'], /^--out: \/dev\/null\/x: a part of the path is a file, expected a folder/],
  ] as const) {
    const { code, stdout, stderr } = await bench(args);
    expect([code, stdout]).toEqual([2, '']);
    if (typeof message === 'string') expect(stderr).toBe(message);
    else expect(stderr).toMatch(message);
  }
});
