import { expect, test } from 'vitest';
import { shareInterval } from '../prove/interval.ts';
import { pooledRateRule } from './pooled-rate-rule.ts';
import { judged, releaseWith, stable } from './story-release.fixture.ts';

const releases = 2000;

test('a release of 35 % is stopped after 140 s in the median, with 144 failed answers of which 123 are in excess, as known from the replay', () => {
  const { p50, bad, excess } = judged(pooledRateRule, releaseWith(0.35), releases);
  expect(p50).toBe(140);
  expect(Math.abs(bad - 144)).toBeLessThan(4);
  expect(Math.abs(excess - 123)).toBeLessThan(4);
});

test('a release of 20 % is promoted with the known chance of 93.5 %', () => {
  const { ends } = judged(pooledRateRule, releaseWith(0.2), releases);
  const { low, high } = shareInterval(Math.round(ends.promoted.share * releases), releases);
  expect(low).toBeLessThan(0.935);
  expect(high).toBeGreaterThan(0.935);
});

test('a release of 10 % is always promoted, when the last pause is over', () => {
  const { ends, p50, p99 } = judged(pooledRateRule, releaseWith(0.1), releases);
  expect(ends.promoted.share).toBe(1);
  expect([p50, p99]).toEqual([180, 180]);
});

test('a slow release is stopped by the fourth slow reading, after 120 s in the median', () => {
  const slow = releaseWith(0.05, { canary: { ...stable, slow: () => 0.45 } });
  const { ends, p50 } = judged(pooledRateRule, slow, releases);
  expect(ends.aborted.share).toBe(1);
  expect(p50).toBe(120);
});

test('the first reading sees stable alone; without any traffic the second is NaN and aborts', () => {
  const { ends, p50, p99 } = judged(pooledRateRule, releaseWith(0, { traffic: 'none' }), 50);
  expect(ends.aborted.share).toBe(1);
  expect([p50, p99]).toEqual([20, 20]);
});

test('a canary whose metrics are missing is promoted: stable answers for it', () => {
  const { ends } = judged(pooledRateRule, releaseWith(1, { traffic: 'none to the canary' }), 50);
  expect(ends.promoted.share).toBe(1);
});
