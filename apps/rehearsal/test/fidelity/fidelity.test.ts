import { describe, expect, it } from 'vitest';
import { judgeAgain, recordedRuns } from './judge-again.ts';
import { readRecordings } from './recordings.ts';
import { replayController } from './replay.ts';
import { storylineOf } from './storyline.ts';

const recordings = readRecordings();
const names = [...recordings.keys()];
const recordingOf = (name: string) => recordings.get(name) as NonNullable<ReturnType<typeof recordings.get>>;

it('there is a recording of the real controller for every release of the story that a cluster can play', () => {
  expect(names).toEqual(expect.arrayContaining(['best', 'errors', 'no-traffic', 'shared-outage', 'slow']));
});

describe('given the pods and the analysis that the real controller had, the emulated one', () => {
  it.each(names)(
    'asks for the same pods in the same order, takes the same steps, pauses and aborts alike, and starts the same runs: %s',
    (name) => {
      const recording = recordingOf(name);
      const recorded = storylineOf(recording.timeline);
      expect(recorded.replicas.length).toBeGreaterThan(0);
      expect(storylineOf(replayController(recording))).toEqual(recorded);
    },
  );
});

describe('given the readings that the real controller had, the emulated analysis', () => {
  const runs = names.flatMap((name) =>
    Object.entries(recordedRuns(recordingOf(name))).map(([run, found]) => ({ name, run, found })),
  );

  it('has runs to judge that ended in every way', () => {
    const ends = runs.map(({ found: { phase, message } }) => (message === 'Run Terminated' ? message : phase));
    expect([...new Set(ends)].sort()).toEqual(['Failed', 'Inconclusive', 'Run Terminated', 'Successful']);
  });

  it.each(runs)(
    'finds the same at every look, and ends every metric and the run alike: $name $run',
    ({ name, run, found }) => {
      expect(judgeAgain(recordingOf(name), run)).toEqual(found);
    },
  );
});
