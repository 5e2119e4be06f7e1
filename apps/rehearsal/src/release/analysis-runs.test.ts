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

describe('the controller that comes after', () => {
  it('goes on with what was written as text: counts, the last measurements, the time of the next one', async () => {
    const { runs: before } = await runsOfARelease();
    const events: EventBody[] = [];
    const queries: string[] = [];
    const query = (text: string) => {
      queries.push(text);
      return Promise.resolve([0]);
    };
    const stored = JSON.parse(JSON.stringify(before.stored)) as typeof before.stored;
    let measured = 0;
    const after = new AnalysisRuns(
      query,
      (event) => events.push(event),
      () => measured++,
      stored,
    );
    expect(after.stored).toEqual(before.stored);
    // Both had ended, and that was reported before.
    after.advance(Date.now() + 60_000);
    expect([queries, events]).toEqual([[], []]);
    expect(after.deciding({ ...state, stableHash: 'v2' })?.name).toBe('gate');
  });

  it('takes a measurement again that was under way, and hears nothing more of the first one', async () => {
    let answer: (value: number[]) => void = () => undefined;
    const events: EventBody[] = [];
    const emit = (event: EventBody) => events.push(event);
    const before = new AnalysisRuns(
      () => new Promise((resolve) => (answer = resolve)),
      emit,
      () => undefined,
    );
    before.start('watch', 'background', [background], 0);
    before.advance(1);
    const stored = JSON.parse(JSON.stringify(before.stored)) as typeof before.stored;
    before.close();
    answer([5]);
    const after = new AnalysisRuns(
      () => Promise.resolve([0]),
      emit,
      () => undefined,
      stored,
    );
    after.advance(2);
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['analysis', 'measurement']));
    expect(events[1]).toMatchObject({ phase: 'Successful', value: '[0]' });
    expect([before.runs.get('watch')?.phase, after.runs.get('watch')?.metrics[0]?.count]).toEqual(['Running', 1]);
  });
});
