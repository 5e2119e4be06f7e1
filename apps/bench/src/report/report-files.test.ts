import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleReport } from '../../test/sample-report.ts';
import { prepareReport, readReport, writeReport } from './report-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is written is read again as it was', async () => {
  const page = await writeReport(folder, sampleReport);
  expect(page).toBe(join(folder, 'index.html'));
  expect(readdirSync(folder).toSorted()).toEqual(['bench.json', 'index.html']);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\s*$/);
  expect(readReport(join(folder, 'bench.json'), '--from')).toEqual(sampleReport);
});

test('a report that is none is refused with all that is wrong, in lines that name the place', () => {
  const file = join(folder, 'x.json');
  const refused = () => readReport(file, '--from');
  const expected = 'expected a report of the bench, e.g. bench-report/bench.json';
  expect(refused).toThrow(new InputError([`--from: ${file}: no such file, ${expected}`]));
  writeFileSync(file, '{');
  expect(refused).toThrow(
    new InputError([
      `--from: ${file}: Expected property name or '}' in JSON at position 1 (line 1 column 2), ${expected}`,
    ]),
  );
  const [first, second, third] = structuredClone(sampleReport.sections) as [never, never, never];
  const wrong = {
    machine: { ...sampleReport.machine, cpus: 0 },
    sections: [
      { ...(first as object), seconds: null, findings: { rows: [rowOf(2, 3, 4)], plots: [], notes: [] } },
      { ...(second as object), effort: 'some' },
      {
        ...(third as object),
        name: 'server',
        findings: { rows: [rowOf(1, 1, 1), rowOf(1, 1, 1)], plots: [], notes: [] },
      },
    ],
  };
  writeFileSync(file, JSON.stringify(wrong));
  expect(refused).toThrow(
    new InputError([
      `--from: ${file}: machine.cpus: Too small: expected number to be >=1`,
      `--from: ${file}: sections[0].seconds: Invalid input: expected number, received null`,
      `--from: ${file}: sections[0].findings.rows[0].value: expected lowerQuartile ≤ median ≤ upperQuartile`,
      `--from: ${file}: sections[1].effort: Invalid option: expected one of "full"|"quick"`,
      `--from: ${file}: sections[2].findings.rows: expected each what once`,
      `--from: ${file}: sections[2]: expected either findings or failure`,
    ]),
  );
});

function rowOf(median: number, lowerQuartile: number, upperQuartile: number) {
  return { what: 'w', unit: 'ms', value: { median, lowerQuartile, upperQuartile, samples: 1 } };
}

test('a folder that cannot be written is refused before anything is measured', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => prepareReport(file)).toThrow(
    new InputError([`--out: ${file}: is a file, expected a folder that can be written, e.g. --out bench-report`]),
  );
});
