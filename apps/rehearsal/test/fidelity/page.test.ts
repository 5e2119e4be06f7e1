import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdsString, namedRecordings, namedTests, observed, rowsWithoutTest } from './page.ts';
import { readRecordings } from './recordings.ts';

const project = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(project, '../../docs/fidelity.md'), 'utf8');
const recordings = readRecordings();

describe('the page about fidelity', () => {
  it('names a test for every rule', () => {
    expect(namedTests(page).length).toBeGreaterThan(40);
    expect(rowsWithoutTest(page)).toEqual([]);
  });

  it('names only tests that exist', () => {
    const missing = namedTests(page).filter(({ file, sentence }) => {
      const path = join(project, file);
      return !existsSync(path) || !holdsString(readFileSync(path, 'utf8'), sentence);
    });
    expect(missing).toEqual([]);
  });

  it('names only recordings that exist, and each of them at some rule', () => {
    expect([...new Set(namedRecordings(page))].sort()).toEqual([...recordings.keys()].sort());
  });

  it.each([...recordings.values()])('shows what was seen of $name', (recording) => {
    expect(page).toContain(observed(recording));
  });
});

describe('the check of the page', () => {
  it('sees a test that does not exist, a rule without one, and which recordings are named', () => {
    const row = '| A rule | `src/a.test.ts` › it works<br>`src/b.test.ts` › it doesn’t | `errors`, `best` |';
    expect(namedTests(row)).toEqual([
      { file: 'src/a.test.ts', sentence: 'it works' },
      { file: 'src/b.test.ts', sentence: 'it doesn’t' },
    ]);
    expect(namedRecordings(row)).toEqual(['errors', 'best']);
    expect(rowsWithoutTest(`## Rule by rule\n${row}\n| Another | none | — |\n## Not played`)).toEqual([
      '| Another | none | — |',
    ]);
    expect([holdsString("it('it works', …", 'it works'), holdsString("it('it works well', …", 'it works')]).toEqual([
      true,
      false,
    ]);
  });
});
