import { describe, expect, it } from 'vitest';
import { AnalysisRun } from './analysis-run.ts';
import type { MeasurementPhase, Metric } from './metric.ts';

const phases: Readonly<Record<string, MeasurementPhase>> = {
  S: 'Successful',
  F: 'Failed',
  I: 'Inconclusive',
  E: 'Error',
};
const base: Metric = {
  name: 'm',
  query: 'q',
  timeoutMs: 30_000,
  intervalMs: 5_000,
  initialDelayMs: 0,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
};

/** Feeds measurements, one letter each, until the run is complete; returns its phase and how many were taken. */
function play(metric: Partial<Metric>, letters: string): string {
  const run = new AnalysisRun('run', [{ ...base, ...metric }], 0);
  let now = 1;
  let taken = 0;
  for (const letter of letters) {
    if (run.due(now).length === 0) break;
    measure(run, 'm', letter, now);
    taken++;
    now += 20_000;
  }
  return `${run.phase} after ${taken}`;
}

function measure(run: AnalysisRun, name: string, letter: string, at: number): void {
  run.begin(name);
  run.finish(name, { phase: phases[letter] as MeasurementPhase, startedAt: at, finishedAt: at });
}

describe('the phase of a metric', () => {
  it.each<[rule: string, metric: Partial<Metric>, measurements: string, expected: string]>([
    ['failureLimit 0 fails on the first failure', { count: 9 }, 'SF', 'Failed after 2'],
    [
      'failureLimit 3 tolerates three and fails on the fourth',
      { count: 9, failureLimit: 3 },
      'FSFSFSF',
      'Failed after 7',
    ],
    ['failureLimit -1 is off', { count: 3, failureLimit: -1, consecutiveSuccessLimit: 2 }, 'FFF', 'Failed after 3'],
    ['inconclusiveLimit counts all of them', { count: 9, inconclusiveLimit: 1 }, 'ISI', 'Inconclusive after 3'],
    ['consecutiveErrorLimit 4 ends on the fifth error in a row', { count: 9 }, 'EEEEE', 'Error after 5'],
    ['a success in between restarts the errors', { count: 9 }, 'EEEESEEEE', 'Running after 9'],
    ['an error does not advance the count', { count: 2 }, 'SEES', 'Successful after 4'],
    ['count alone ends as a success', { count: 3 }, 'SSS', 'Successful after 3'],
    ['count with tolerated failures is a success', { count: 3, failureLimit: 2 }, 'SFF', 'Successful after 3'],
    ['without count it runs on', {}, 'SSSSSSSS', 'Running after 8'],
    [
      'consecutiveSuccessLimit ends early',
      { count: 9, consecutiveSuccessLimit: 2, inconclusiveLimit: 9 },
      'SISS',
      'Successful after 4',
    ],
    ['an error restarts the successes', { count: 9, consecutiveSuccessLimit: 2 }, 'SES', 'Running after 3'],
    [
      'not enough successes in a row is inconclusive',
      { count: 3, consecutiveSuccessLimit: 2, inconclusiveLimit: 3 },
      'SIS',
      'Inconclusive after 3',
    ],
    [
      'the gate: I,I,I,S accepts at the fourth',
      { count: 60, consecutiveSuccessLimit: 1, inconclusiveLimit: 60 },
      'IIIS',
      'Successful after 4',
    ],
    [
      'the gate: I,I,F refuses at the third',
      { count: 60, consecutiveSuccessLimit: 1, inconclusiveLimit: 60 },
      'IIF',
      'Failed after 3',
    ],
    [
      'the gate: 59 inconclusive looks go on',
      { count: 60, consecutiveSuccessLimit: 1, inconclusiveLimit: 60 },
      'I'.repeat(59),
      'Running after 59',
    ],
    [
      'the gate: 60 inconclusive looks are inconclusive',
      { count: 60, consecutiveSuccessLimit: 1, inconclusiveLimit: 60 },
      'I'.repeat(61),
      'Inconclusive after 60',
    ],
    [
      'the watch: without count it never ends by successes',
      { inconclusiveLimit: 12 },
      'S'.repeat(99),
      'Running after 99',
    ],
    ['the watch: the first failure ends it', { inconclusiveLimit: 12 }, 'SSSF', 'Failed after 4'],
    [
      'the watch: twelve inconclusive looks are tolerated',
      { inconclusiveLimit: 12 },
      'IS'.repeat(12),
      'Running after 24',
    ],
    ['the watch: the thirteenth is not', { inconclusiveLimit: 12 }, 'SI'.repeat(14), 'Inconclusive after 26'],
  ])('%s', (_rule, metric, measurements, expected) => {
    expect(play(metric, measurements)).toBe(expected);
  });
});

describe('when a metric is measured', () => {
  const due = (run: AnalysisRun, now: number) => run.due(now).map(({ name }) => name);

  it('is at once, or after initialDelay from the start of the run', () => {
    const run = new AnalysisRun('run', [base, { ...base, name: 'late', initialDelayMs: 10_000 }], 1_000);
    expect([due(run, 1_000), due(run, 10_999), due(run, 11_000)]).toEqual([['m'], ['m'], ['m', 'late']]);
  });

  it('is an interval after the end of the last one, and 10 s after an error whatever the interval', () => {
    const run = new AnalysisRun('run', [base], 0);
    measure(run, 'm', 'S', 1_000);
    expect([due(run, 6_000), due(run, 6_001)]).toEqual([[], ['m']]);
    measure(run, 'm', 'E', 7_000);
    expect([due(run, 17_000), due(run, 17_001)]).toEqual([[], ['m']]);
  });

  it('is never while the last measurement is still under way', () => {
    const run = new AnalysisRun('run', [base], 0);
    run.begin('m');
    expect(due(run, 60_000)).toEqual([]);
  });
});

describe('the phase of a run', () => {
  it('is the worst of its metrics, and the first bad one ends the others as successful', () => {
    const run = new AnalysisRun('run', [base, { ...base, name: 'never' }], 0);
    measure(run, 'm', 'F', 1);
    expect(run.phase).toBe('Failed');
    expect(run.message).toBe('Metric "m" assessed Failed due to failed (1) > failureLimit (0)');
    expect(run.metrics.map(({ phase, measurements }) => [phase, measurements.length])).toEqual([
      ['Failed', 1],
      ['Successful', 0],
    ]);
    expect(run.due(60_000)).toEqual([]);
  });

  it('waits for a measurement that is under way, which may still be worse', () => {
    const run = new AnalysisRun(
      'run',
      [
        { ...base, inconclusiveLimit: 0 },
        { ...base, name: 'slow' },
      ],
      0,
    );
    run.begin('slow');
    measure(run, 'm', 'I', 1);
    expect(run.phase).toBe('Running');
    run.finish('slow', { phase: 'Failed', startedAt: 1, finishedAt: 2 });
    expect(run.phase).toBe('Failed');
  });

  it('keeps what a measurement found that was under way when it was terminated from outside', () => {
    const run = new AnalysisRun('run', [base, { ...base, name: 'other' }], 0);
    run.begin('m');
    run.terminate();
    expect(run.phase).toBe('Running');
    measure(run, 'm', 'F', 1);
    expect(run.phase).toBe('Failed');
  });

  it('is successful when it is terminated from outside', () => {
    const run = new AnalysisRun('run', [base], 0);
    run.terminate();
    expect([run.phase, run.message]).toEqual(['Successful', 'Run Terminated']);
  });

  it('is successful when the measurement that was under way at its end decides nothing', () => {
    const run = new AnalysisRun('run', [base], 0);
    run.begin('m');
    run.terminate();
    measure(run, 'm', 'S', 1);
    expect([run.phase, run.message]).toEqual(['Successful', 'Run Terminated']);
  });

  it('says nothing more when it has ended before', () => {
    const run = new AnalysisRun('run', [{ ...base, count: 1 }], 0);
    run.finish(base.name, { phase: 'Successful', startedAt: 0, finishedAt: 0 });
    run.terminate();
    expect([run.phase, run.message]).toEqual(['Successful', undefined]);
  });

  it('quotes the error that ended it', () => {
    const run = new AnalysisRun('run', [{ ...base, consecutiveErrorLimit: 0 }], 0);
    run.finish(base.name, { phase: 'Error', startedAt: 0, finishedAt: 0, message: 'no such host' });
    expect([run.phase, run.message]).toEqual([
      'Error',
      `Metric "${base.name}" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): "Error Message: no such host"`,
    ]);
  });
});
