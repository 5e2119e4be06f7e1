import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { fileErrorReason, pageFile, prepareFolder, writeWhole } from '@observed-rollouts/report/files';
import type { RunReport } from './run-report.ts';

/** Folder of the report unless another is asked for; from the folder in which the program was called. */
export const defaultReport = 'rehearsal-report';

/**
 * Makes the folder of a report, and makes sure that it can be written: a run of minutes shan't end without its report.
 *
 * Errors: {@link InputError} when it can't be made or written.
 */
export function prepareReportFolder(folder: string): void {
  try {
    prepareFolder(folder);
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
  const file = join(folder, pageFile);
  try {
    writeWhole(file, page);
  } catch (error) {
    throw new InputError([`${file}: ${fileErrorReason(error)}, so that the report isn't written`]);
  }
  return file;
}
