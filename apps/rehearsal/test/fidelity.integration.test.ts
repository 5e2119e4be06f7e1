import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRecordings } from './fidelity/recordings.ts';
import { readEvents, timelineOf } from './fidelity/rehearsal-timeline.ts';
import { storylineOf, withoutDraws } from './fidelity/storyline.ts';
import { runProgram, workspaceToolchain } from './workspace.ts';

let folder: string;

beforeAll(async () => {
  await workspaceToolchain();
  folder = mkdtempSync(join(tmpdir(), 'fidelity-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('plays the release errors as the real controller did: pods asked for, steps, the reason of the abort, analysis runs', async () => {
  const { stdout } = await runProgram(['errors', '--json', '--seed', '3', '--report', join(folder, 'report')]);
  const played = withoutDraws(storylineOf(timelineOf(readEvents(stdout))));
  const recording = readRecordings().get('errors');
  expect(recording).toBeDefined();
  expect(played).toEqual(withoutDraws(storylineOf(recording?.timeline ?? [])));
});
