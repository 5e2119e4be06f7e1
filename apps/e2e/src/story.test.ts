import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRelease } from '@observed-rollouts/contract/release-file';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readReleases, whyNotOnCluster } from './story.ts';

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
            faults: [],
            expect: 'aborted',
            withinMs: 900_000,
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
      'expect: got "happy", expected one of aborted, promoted, paused, waiting',
    ],
  ])('are refused with the file and the reason: %j', (text, problem) => {
    write('a.yaml', text);
    expect(() => readReleases(folder)).toThrow(`${join(folder, 'a.yaml')}: not a release\n  ${problem}`);
  });
});

it.each([
  ['expect: aborted', undefined],
  [
    'expect: paused\nfaults: [{ kind: stop-prometheus, when: release }]',
    'only the rehearsal can play its fault stop-prometheus',
  ],
  ['expect: waiting\nwithin: 30s', 'only the rehearsal can tell that a release still waits'],
])('a cluster plays a release without faults that ends: %j', (fields, reason) => {
  const release = parseRelease('a.yaml', 'a', parse(`description: x\nenvironment: {}\n${fields}\n`));
  expect(whyNotOnCluster(release)).toBe(reason);
});
