import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileErrorReason, prepareFolder, writeWhole } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reasonOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return fileErrorReason(error);
  }
  return 'nothing was thrown';
}

it('prepares a folder and leaves nothing in it', () => {
  prepareFolder(join(folder, 'a', 'b'));
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual([]);
});

it('says in words why a folder or a file cannot be used', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(reasonOf(() => prepareFolder(join(folder, 'file')))).toBe('is a file');
  expect(reasonOf(() => prepareFolder(join(folder, 'file', 'x')))).toBe('a part of the path is a file');
  expect(reasonOf(() => readFileSync(folder))).toBe('is a folder');
  expect(reasonOf(() => readFileSync(join(folder, 'none')))).toBe('no such file');
});

it('replaces a file as a whole, and makes its folder', () => {
  const file = join(folder, 'new', 'index.html');
  writeWhole(file, 'one');
  writeWhole(file, 'two');
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(readdirSync(join(folder, 'new'))).toEqual(['index.html']);
});

it('leaves what was there when it cannot be replaced, and nothing beside it', () => {
  const inTheWay = join(folder, 'index.html');
  mkdirSync(inTheWay);
  writeFileSync(join(inTheWay, 'kept'), '');
  expect(() => writeWhole(inTheWay, 'x')).toThrow();
  expect(readdirSync(folder)).toEqual(['index.html']);
  expect(readdirSync(inTheWay)).toEqual(['kept']);
});
