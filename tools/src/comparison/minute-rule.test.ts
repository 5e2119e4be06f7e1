import { expect, test } from 'vitest';
import { minuteRule } from './minute-rule.ts';
import { judged, perfect, releaseWith } from './story-release.fixture.ts';

const rule = minuteRule({ key: 'minute', title: 'per minute', leastSuccess: 0.99, leastFast: 0.9 });

test('four checks that pass promote, one at each weight', () => {
  const { ends, p50, p99 } = judged(rule, releaseWith(0), 20);
  expect(ends.promoted.share).toBe(1);
  expect([p50, p99]).toEqual([240, 240]);
});

test.each([
  ['failures', releaseWith(1)],
  ['slow answers', releaseWith(0, { canary: { ...perfect, slow: () => 1 } })],
  ['no answers', releaseWith(0, { traffic: 'none' })],
  ['no metrics of the canary', releaseWith(0, { traffic: 'none to the canary' })],
])('five checks that fail for %s abort', (_, situation) => {
  const { ends, p50, p99 } = judged(rule, situation, 20);
  expect(ends.aborted.share).toBe(1);
  expect([p50, p99]).toEqual([300, 300]);
});

test('failed checks need not be in a row, and hold the weight', () => {
  // Bad in every other minute: the first check passes, the second fails, and so on.
  const flapping = releaseWith(0, {
    canary: { ...perfect, failed: (second) => (Math.floor(second / 60) % 2 === 1 ? 1 : 0) },
  });
  const { ends, p50 } = judged(rule, flapping, 20);
  expect(ends.promoted.share).toBe(1);
  expect(p50).toBe(7 * 60);
});
