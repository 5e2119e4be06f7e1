import { expect, test } from 'vitest';
import { fixedSampleRule, planSample } from './fixed-sample-rule.ts';
import { gateOf, judged, releaseWith } from './story-release.fixture.ts';

const rates = { alpha: 0.01, beta: 0.01 };

test.each([
  [0.05, 0.35, 34, 6],
  [0.05, 0.1, 589, 43],
  [0.01, 0.05, 344, 9],
  [0.01, 0.02, 3094, 45],
  [0.001, 0.01, 1157, 5],
])(
  '%d against %d takes the known sample of %i answers and rejects from %i bad ones on',
  (acceptable, refused, answers, reject) => {
    expect(planSample({ acceptable, refused }, rates)).toEqual({ answers, reject });
  },
);

test('keeps the error rates that it was planned for', () => {
  const gate = gateOf('availability');
  const rule = fixedSampleRule([gate]);
  const { acceptable, refused } = gate.objective;
  expect(judged(rule, releaseWith(acceptable), 3000).ends.aborted.low).toBeLessThanOrEqual(gate.rates.alpha);
  expect(judged(rule, releaseWith(refused), 3000).ends.promoted.low).toBeLessThanOrEqual(gate.rates.beta);
});

test('pauses when no sample comes', () => {
  const { ends } = judged(fixedSampleRule([gateOf('availability')]), releaseWith(0, { traffic: 'none' }), 20);
  expect(ends.paused.share).toBe(1);
});
