import { expect, it } from 'vitest';
import type { TimedEvent } from './event.ts';
import { describeRun, RunRecorder } from './run-summary.ts';

const usage = { harnessCpuSeconds: 2, workloadCpuSeconds: 12, peakMemoryBytes: 800e6 };

/** The events of one release that matter for the summary. */
function eventsOf(release: string, from: number, asExpected: boolean): TimedEvent[] {
  const timing = { firstPodReadyMs: 2_000, endedMs: 30_000 };
  return [
    { type: 'started', release, at: from, description: '', expect: 'aborted', seed: 7 },
    { type: 'pod', release, at: from + 2_000, pod: 'a', role: 'stable', phase: 'starting' },
    { type: 'pod', release, at: from + 3_000, pod: 'a', role: 'stable', phase: 'ready' },
    { type: 'usage', release, at: from + 30_000, timing, usage },
    {
      type: 'verdict',
      release,
      at: from + 30_000,
      expected: 'aborted',
      outcome: asExpected ? 'aborted' : 'promoted',
      asExpected,
      message: 'because',
      decidedAfterMs: 1,
      endedAfterMs: 2,
      pings: { ended: 0, ok: 0, failedAnswers: 0, transportFailures: 0, dropped: 0 },
      seed: 7,
    },
  ];
}

const byTime = (events: readonly TimedEvent[]) => events.toSorted((a, b) => a.at - b.at);

function summaryOf(events: readonly TimedEvent[]) {
  const recorder = new RunRecorder({ releases: ['b', 'a'], parallel: 2, cpus: 4, startedAt: 1_000 });
  for (const event of events) recorder.take(event);
  return recorder.summary;
}

it('puts releases that were played at the same time in the order in which they were asked for', () => {
  const summary = summaryOf(byTime([...eventsOf('a', 2_000, true), ...eventsOf('b', 2_500, true)]));
  const run = (release: string, startedAt: number) => ({
    ...{ release, expected: 'aborted', outcome: 'aborted', asExpected: true, message: 'because', seed: 7 },
    ...{ startedAt, endedAt: startedAt + 30_000, timing: { firstPodReadyMs: 2_000, endedMs: 30_000 }, usage },
  });
  expect(summary).toEqual({
    startedAt: 1_000,
    endedAt: 32_500,
    firstPodReadyMs: 4_000,
    parallel: 2,
    cpus: 4,
    releases: [run('b', 2_500), run('a', 2_000)],
  });
  expect(describeRun(summary)).toBe('2 releases ended as expected, in 31.5 s');
});

it('says in one line which release did not end as expected, and why', () => {
  const summary = summaryOf([...eventsOf('a', 2_000, true), ...eventsOf('b', 40_000, false)]);
  expect(describeRun(summary)).toBe(
    '1 of 2 releases did not end as expected: b was promoted, expected aborted (because)',
  );
});

it('knows nothing of a release that has not ended', () => {
  expect(summaryOf(eventsOf('a', 2_000, true).slice(0, 2))).toEqual({
    startedAt: 1_000,
    endedAt: 1_000,
    parallel: 2,
    cpus: 4,
    releases: [],
  });
});
