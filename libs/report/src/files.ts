/** Files of a report; kept apart from what draws it, so that a program can make sure of its folder without loading that. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The page of every report, so that its folder can be opened or served. */
export const pageFile = 'index.html';

/** Makes a folder, and makes sure that it can be written: a run of minutes shan't end without its report. Errors: those of Node's `fs`. */
export function prepareFolder(folder: string): void {
  const probe = join(folder, `.writable.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(probe, '');
  rmSync(probe);
}

/**
 * Writes a file as a whole, and its folder if there is none: whoever opens it meanwhile sees the one before, or this one.
 *
 * Errors: those of Node's `fs`; the file before stays.
 */
export function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}.unfinished`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'read-only file system',
  ENOENT: 'no such file',
  ENOSPC: 'no space left',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'is a folder',
  EEXIST: 'is a file',
};

/** Why a file or folder can't be read or written, in words. */
export function fileErrorReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (reasons[code] ?? message);
}
