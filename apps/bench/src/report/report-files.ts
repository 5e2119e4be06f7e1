import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { fileErrorReason, pageFile, prepareFolder, writeWhole } from '@observed-rollouts/report/files';
import type { BenchReport } from './bench-report.ts';
import { checkReport } from './report-schema.ts';

/** Folder of the report unless another is asked for. */
export const defaultFolder = 'bench-report';
const jsonFile = 'bench.json';

/** Errors: {@link InputError} when the folder can't be made or written: a run of minutes shan't end without its report. */
export function prepareReport(folder: string): void {
  try {
    prepareFolder(folder);
  } catch (error) {
    throw new InputError([
      `--out: ${folder}: ${fileErrorReason(error)}, expected a folder that can be written, e.g. --out ${defaultFolder}`,
    ]);
  }
}

/**
 * Writes the JSON file and the page.
 *
 * Shape:  returns the page's path.
 * Errors: {@link InputError} when one can't be written.
 */
export async function writeReport(folder: string, report: BenchReport): Promise<string> {
  // Its libraries take most of a second to load, and their memory; the measurements shan't have it.
  const { benchPage } = await import('./page.ts');
  const page = join(folder, pageFile);
  try {
    writeWhole(join(folder, jsonFile), jsonOf(report));
    writeWhole(page, benchPage(report));
  } catch (error) {
    throw new InputError([`${folder}: ${fileErrorReason(error)}, so that the report isn't written`]);
  }
  return page;
}

export function jsonOf(report: BenchReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Reads a saved report. Errors: {@link InputError} with all that is wrong with it. */
export function readReport(file: string, where: string): BenchReport {
  const { value, problems } = checkReport(parse(file, where));
  if (problems === undefined) return value;
  const [first, ...rest] = problems;
  const worded = (problem: string) => `${where}: ${file}: ${problem}`;
  throw new InputError([worded(first), ...rest.map(worded)]);
}

function parse(file: string, where: string): unknown {
  const expected = `expected a report of the bench, e.g. ${join(defaultFolder, jsonFile)}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([`${where}: ${file}: ${fileErrorReason(error)}, ${expected}`]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError([`${where}: ${file}: ${(error as Error).message}, ${expected}`]);
  }
}
