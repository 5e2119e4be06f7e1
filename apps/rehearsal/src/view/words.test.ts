import { describe, expect, it } from 'vitest';
import type { Verdict } from '../release/verdict.ts';
import { describeVerdict } from './words.ts';

const aborted: Verdict = {
  expected: 'aborted',
  outcome: 'aborted',
  asExpected: true,
  message: 'Step-based analysis phase error/failed: because',
  decidedBy: {
    run: 'r',
    metric: 'error-gate',
    phase: 'Failed',
    value: '[6.08]',
    condition: 'result[0] >= 5.288267',
    bound: { operator: '>=', value: 5.288267 },
    measurements: 3,
  },
  decidedAfterMs: 18_532,
  endedAfterMs: 25_396,
  evidenceMs: 12_000,
  pings: { ended: 254, ok: 229, failedAnswers: 25, transportFailures: 0, dropped: 0 },
  seed: 7,
};

describe('the verdict in words', () => {
  it('names the outcome, the metric that decided against its bound, the times and the pings', () => {
    expect(describeVerdict('errors', aborted)).toEqual([
      'PASS release errors: aborted, as expected',
      '  why: Step-based analysis phase error/failed: because',
      '  decided by error-gate: read [6.08] against >= 5.29, Failed after 3 measurements',
      '  time: decided 18.5 s after the release started (12.0 s of evidence), over after 25.4 s',
      '  pings: 254 ended, 229 ok, 25 failed answers, 0 without an answer, 0 dropped',
      '  repeat with --seed 7',
    ]);
  });

  it('says when nothing was measured, what was expected instead, and what dropped pings mean', () => {
    const { decidedBy: _decidedBy, evidenceMs: _evidence, ...rest } = aborted;
    const pings = { ...aborted.pings, dropped: 132 };
    const verdict = { ...rest, pings, outcome: 'stuck', asExpected: false, message: 'stuck' } as const;
    expect(describeVerdict('errors', verdict)).toEqual([
      'FAIL release errors: stuck, expected aborted',
      '  why: stuck',
      '  time: decided 18.5 s after the release started, over after 25.4 s',
      '  pings: 254 ended, 229 ok, 25 failed answers, 0 without an answer, 132 dropped',
      '  dropped pings: the pinger or this machine stood still until its bound in flight was full',
      '  repeat with --seed 7',
    ]);
  });

  it('shows the whole condition when it is more than one bound', () => {
    const { bound: _bound, ...decidedBy } = { ...aborted.decidedBy, measurements: 1 } as NonNullable<
      Verdict['decidedBy']
    >;
    const condition = 'result[0] < 400 || result[0] >= 405.98';
    expect(describeVerdict('best', { ...aborted, decidedBy: { ...decidedBy, condition } })[2]).toBe(
      '  decided by error-gate: read [6.08] with result[0] < 400 || result[0] >= 405.98, Failed after 1 measurement',
    );
  });
});
