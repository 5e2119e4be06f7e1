import { beforeAll, expect, it } from 'vitest';
import { readRecordings } from './fidelity/recordings.ts';
import { readEvents, timelineOf } from './fidelity/rehearsal-timeline.ts';
import { storylineOf, withoutDraws } from './fidelity/storyline.ts';
import { runProgram, workspaceToolchain } from './workspace.ts';

beforeAll(async () => {
  await workspaceToolchain();
});

it('plays the release errors as the real controller did: pods asked for, steps, the reason of the abort, analysis runs', async () => {
  const { stdout } = await runProgram(['errors', '--json', '--seed', '3']);
  const played = withoutDraws(storylineOf(timelineOf(readEvents(stdout))));
  const recording = readRecordings().get('errors');
  expect(recording).toBeDefined();
  expect(played).toEqual(withoutDraws(storylineOf(recording?.timeline ?? [])));
});
