import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readReleases } from './story.ts';

describe('the release files of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'story-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  it('are read by name, and other files are left alone', () => {
    write('a.yaml', 'description: fails\nenvironment: { PING_SUCCESS_PERCENT: "65" }\nexpect: aborted\n');
    write('notes.txt', 'not a release');
    expect(readReleases(folder)).toEqual(
      new Map([
        [
          'a',
          {
            name: 'a',
            description: 'fails',
            environment: { PING_SUCCESS_PERCENT: '65' },
            stable: {},
            traffic: 'usual',
            expect: 'aborted',
          },
        ],
      ]),
    );
  });

  it.each([
    [
      'a: [',
      'not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5',
    ],
    [
      'description: x\nenvironment: {}\nexpect: happy\n',
      'expect: got "happy", expected one of aborted, promoted, paused',
    ],
  ])('are refused with the file and the reason: %j', (text, problem) => {
    write('a.yaml', text);
    expect(() => readReleases(folder)).toThrow(`${join(folder, 'a.yaml')}: not a release\n  ${problem}`);
  });
});
