import { describe, expect, it, vi } from 'vitest';
import type { Metric } from '../analysis/metric.ts';
import type { RolloutState } from '../controller/state.ts';
import { AnalysisRuns } from './analysis-runs.ts';
import type { EventBody } from './event.ts';

const metric: Metric = {
  name: 'm',
  query: 'q',
  timeoutMs: 1_000,
  successCondition: 'result[0] < 1',
  failureCondition: 'result[0] > 1',
  initialDelayMs: 0,
  count: 1,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
};
const { count: _count, ...background } = { ...metric, name: 'w', query: 'watch', intervalMs: 5_000 };
const state: RolloutState = {
  stableHash: 'v1',
  latestHash: 'v2',
  revision: 2,
  stepIndex: 1,
  progress: { signature: '', at: 0 },
  stuck: false,
};

/** A gate that is passed and a background run that was started after it. */
async function runsOfARelease() {
  const events: EventBody[] = [];
  let measured = 0;
  const runs = new AnalysisRuns(
    () => Promise.resolve([0]),
    (event) => events.push(event),
    () => measured++,
  );
  runs.start('gate', 'step', [metric], 0);
  runs.start('watch', 'background', [background], 0);
  runs.advance(1);
  await vi.waitFor(() => expect(measured).toBe(2));
  runs.terminate('watch');
  runs.advance(2);
  return { runs, events };
}

describe('the run that decided', () => {
  it('a promotion is the gate, although the background run was started later and is successful, too', async () => {
    const { runs } = await runsOfARelease();
    expect(runs.runs.get('watch')?.phase).toBe('Successful');
    expect(runs.deciding({ ...state, stableHash: 'v2' })?.name).toBe('gate');
  });

  it('an abort or a pause is the one that the controller names', async () => {
    const { runs } = await runsOfARelease();
    const abort = { message: '', at: 0, run: 'watch' };
    const pause = { reason: 'InconclusiveAnalysisRun', since: 0, run: 'gate' } as const;
    expect(runs.deciding({ ...state, abort })?.name).toBe('watch');
    expect(runs.deciding({ ...state, pause })?.name).toBe('gate');
  });

  it('is none when the progress deadline passed or a pause step waits', async () => {
    const { runs } = await runsOfARelease();
    expect(runs.deciding({ ...state, abort: { message: '', at: 0 } })).toBe(undefined);
    expect(runs.deciding({ ...state, pause: { reason: 'CanaryPauseStep', since: 0 } })).toBe(undefined);
  });
});

it('every event says whether its run is a step or in the background, and each end is told once', async () => {
  const { runs, events } = await runsOfARelease();
  runs.advance(3);
  expect(events.map((event) => [event.type, 'run' in event && event.run, 'kind' in event && event.kind])).toEqual([
    ['analysis', 'gate', 'step'],
    ['analysis', 'watch', 'background'],
    ['measurement', 'gate', 'step'],
    ['measurement', 'watch', 'background'],
    ['analysisEnd', 'gate', 'step'],
    ['analysisEnd', 'watch', 'background'],
  ]);
});
