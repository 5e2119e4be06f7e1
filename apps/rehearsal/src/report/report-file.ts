import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileErrorReason } from '../input/file-error.ts';
import { InputError } from '../input/input-error.ts';
import type { RunReport } from './run-report.ts';

const fileName = 'index.html';
/** Folder of the report unless another is asked for; from the folder in which the program was called. */
export const defaultReport = 'rehearsal-report';

/**
 * Makes the folder of a report, and makes sure that it can be written: a run of minutes shan't end without its report.
 *
 * Errors: {@link InputError} when it can't be made or written.
 */
export function prepareReportFolder(folder: string): void {
  const probe = join(folder, `.${fileName}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new InputError([
      `--report: ${folder}: ${fileErrorReason(error)}, expected a folder that can be written, e.g. --report ${defaultReport}`,
    ]);
  }
}

/**
 * Writes a report as a whole: whoever opens it meanwhile sees the one before, or this one.
 *
 * Shape:  returns the file that was written.
 * Errors: {@link InputError} when it can't be written; the one before stays.
 */
export async function writeReport(folder: string, report: RunReport): Promise<string> {
  // Its libraries take a second to load, which the first pod of a run shan't wait for.
  const { reportPage } = await import('./page.ts');
  const page = reportPage(report);
  const file = join(folder, fileName);
  const unfinished = join(folder, `.${fileName}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, page);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new InputError([`${file}: ${fileErrorReason(error)}, so that the report isn't written`]);
  }
  return file;
}
