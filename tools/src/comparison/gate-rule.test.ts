import { gateCharacteristic } from '@observed-rollouts/slo';
import { describe, expect, test } from 'vitest';
import { shareInterval } from '../prove/interval.ts';
import { gateRule } from './gate-rule.ts';
import { gateOf, judged, perfect, releaseWith, stable } from './story-release.fixture.ts';

const releases = 3000;
const error = gateOf('availability');
const limits = { patienceSeconds: 60, leastAnswers: 12 };
/** The gate alone: nothing after it, nothing beside it. */
const alone = { gates: [error], dwellLooks: 0, isCompared: false };

describe('the gate alone', () => {
  test.each([0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.35])('ends releases of %d as the exact chances say', (share) => {
    const { ends } = judged(gateRule(alone), releaseWith(share), releases);
    // Pings reach a random pod at a constant rate in all: between evenly dealt answers and answers that come whenever they like.
    const exact = (['fixed', 'poisson'] as const).map((kind) => gateCharacteristic(error.run(kind), share));
    const between = (end: 'reject' | 'accept') => exact.map((characteristic) => characteristic[end]);
    for (const [cell, chances] of [
      [ends.aborted, between('reject')],
      [ends.promoted, between('accept')],
    ] as const) {
      const { low, high } = shareInterval(Math.round(cell.share * releases), releases);
      expect(low).toBeLessThanOrEqual(Math.max(...chances));
      expect(high).toBeGreaterThanOrEqual(Math.min(...chances));
    }
  });

  test('takes the exact time, and lets as many bad answers through', () => {
    const { p50, p99, bad } = judged(gateRule(alone), releaseWith(0.2), releases);
    const exact = gateCharacteristic(error.run('poisson'), 0.2);
    const ratio = (seconds: number, looks = 0) => seconds / (looks * error.lookSeconds);
    expect(Math.abs(ratio(p50, exact.verdict?.p50) - 1)).toBeLessThan(0.1);
    expect(Math.abs(ratio(p99, exact.verdict?.p99) - 1)).toBeLessThan(0.1);
    expect(Math.abs(bad - exact.badAnswers)).toBeLessThan(0.05 * exact.badAnswers);
  });
});

describe('the gate with the comparison', () => {
  const compared = { ...alone, isCompared: true };

  test('never aborts what the gate alone does not', () => {
    for (const share of [0.05, 0.1, 0.2]) {
      const situation = releaseWith(share);
      expect(judged(gateRule(compared), situation, 500).ends.aborted.share).toBeLessThanOrEqual(
        judged(gateRule(alone), situation, 500).ends.aborted.share,
      );
    }
  });

  test('does not blame the canary for an outage of both versions, which the gate alone does', () => {
    const outage = { ...stable, failed: () => 0.35 };
    const shared = releaseWith(0.35, { stable: outage, canary: outage });
    expect(judged(gateRule(alone), shared, 500).ends.aborted.share).toBeGreaterThan(0.99);
    expect(judged(gateRule(compared), shared, 500).ends.aborted.share).toBeLessThan(0.01);
    const patient = judged(gateRule(compared), shared, 500);
    expect(patient.ends.paused.share).toBeGreaterThan(0.99);
    // The watch pauses when its patience ends, long before the gate's budget.
    const watched = judged(gateRule({ ...compared, watch: limits }), shared, 500);
    expect(watched.ends.paused.share).toBeGreaterThan(0.99);
    expect(watched.p50).toBeLessThan(patient.p50 / 2);
  });
});

test('out of time pauses at the budget; no answers never promote', () => {
  const { ends, p50 } = judged(gateRule(alone), releaseWith(0, { traffic: 'none' }), 20);
  expect(ends.paused.share).toBe(1);
  expect(p50).toBe(error.run('fixed').looks * error.lookSeconds);
  const watched = judged(gateRule({ ...alone, watch: limits }), releaseWith(0, { traffic: 'none' }), 20);
  expect(watched.ends.paused.share).toBe(1);
  expect(watched.p50).toBe(60 + error.lookSeconds);
});

test('both objectives have to accept, and either may abort', () => {
  const both = { ...alone, gates: [error, gateOf('latency')] };
  const slow = releaseWith(0, { canary: { failed: () => 0, slow: () => 1 } });
  expect(judged(gateRule(both), slow, 50).ends.aborted.share).toBe(1);
  expect(judged(gateRule(alone), slow, 50).ends.promoted.share).toBe(1);
});

test('the watch aborts a version that breaks after the gate, at a later weight', () => {
  const late = releaseWith(0, { canary: { ...perfect, failed: (second) => (second < 60 ? 0 : 1) } });
  const unwatched = judged(gateRule(alone), late, 50);
  expect(unwatched.ends.promoted.share).toBe(1);
  const watched = judged(
    gateRule({ ...alone, dwellLooks: Math.ceil(60 / error.lookSeconds), watch: limits }),
    late,
    50,
  );
  expect(watched.ends.aborted.share).toBe(1);
  expect(watched.p50).toBeGreaterThan(60);
});
