import { pingTraffic } from '@observed-rollouts/slo';
import { expect, test } from 'vitest';
import { drawsFrom } from './draws.ts';
import { add, pingsOf, pods, podsAt, RecordedRelease } from './recorded-release.ts';
import { releaseWith, stable } from './story-release.fixture.ts';

const span = { historySeconds: 20, seconds: 2000 };
const play = (situation = releaseWith(0.2), seed = 7) =>
  new RecordedRelease(situation, span).play(drawsFrom(seed, pingsOf(span), pods));

test('five pods make every weight of the story exact', () => {
  expect(pods).toBe(5);
  expect(pingTraffic.weights.map(podsAt)).toEqual([1, 2, 3, 4]);
});

test.each([0, 1, 2, 3, 4, 5])('at %i canary pods both versions together answer every ping once', (onPods) => {
  const release = play();
  const both = add(release.canary(onPods, 0, 100), release.stable(onPods, 0, 100));
  expect(both.total).toBe(100 * pingTraffic.pingsPerSecond);
});

test('the canary has its pods’ part of the pings, its share of failures, and stable has its own', () => {
  const release = play();
  const canary = release.canary(2, 0, 2000);
  expect(canary.total / 20_000).toBeCloseTo(0.4, 1);
  expect(canary.failed / canary.total).toBeCloseTo(0.2, 1);
  expect(release.stable(2, 0, 2000).failed / release.stable(2, 0, 2000).total).toBeCloseTo(0.05, 1);
});

test('the canary on more pods answers what it answered on fewer, and more', () => {
  const release = play();
  const [one, two] = [release.canary(1, 0, 50), release.canary(2, 0, 50)];
  expect(two.total).toBeGreaterThan(one.total);
  expect(two.failed).toBeGreaterThanOrEqual(one.failed);
});

test('the same seed is the same release, another seed another one; asking in another order changes nothing', () => {
  const late = play();
  const asked = late.canary(1, 900, 1000);
  expect(late.canary(1, 0, 10)).toEqual(play().canary(1, 0, 10));
  expect(play().canary(1, 900, 1000)).toEqual(asked);
  expect(play(releaseWith(0.2), 8).canary(1, 0, 1000)).not.toEqual(play().canary(1, 0, 1000));
});

test('playing another release starts over', () => {
  const release = play();
  release.canary(5, 0, 2000);
  release.play(drawsFrom(8, pingsOf(span), pods));
  expect(release.canary(5, 0, 2000)).toEqual(play(releaseWith(0.2), 8).canary(5, 0, 2000));
});

test('shares follow the time, also before the release', () => {
  const step = { ...stable, failed: (second: number) => (second < 0 ? 0 : 1) };
  const release = play(releaseWith(1, { stable: step }));
  expect(release.stable(0, -20, 0).failed).toBe(0);
  expect(release.stable(0, 0, 10)).toMatchObject({ total: 100, failed: 100 });
});

test('bursts keep the share in the long run and come in whole runs', () => {
  const counts = [1, 2, 3, 4].map((seed) => play(releaseWith(0.2, { burst: 10 }), seed).canary(5, 0, 2000));
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  expect(failed / 80_000).toBeCloseTo(0.2, 1);
  // One pod, second by second: whole seconds of failures between two of successes hold 10, 20 … bad answers.
  const runs = [1, 2, 3, 4].flatMap((seed) => wholeRuns(play(releaseWith(0.2, { burst: 10 }), seed)));
  expect(runs.length).toBeGreaterThan(20);
  expect(runs.filter((length) => length % 10 !== 0)).toEqual([]);
});

/** Lengths of the runs of failures on the first pod that begin and end between two seconds, so that they can be counted. */
function wholeRuns(release: RecordedRelease): number[] {
  const runs: number[] = [];
  let run = 0;
  for (let second = 0; second < span.seconds; second++) {
    const { total, failed } = release.canary(1, second, second + 1);
    if (total === 0) continue;
    // A run that begins or ends within a second is not counted: its neighbours could be other runs.
    if (failed === total) run += failed;
    else if (failed > 0) run = -Infinity;
    else {
      if (run > 0) runs.push(run);
      run = 0;
    }
  }
  return runs;
}

test('refuses a time that was not recorded', () => {
  expect(() => play().canary(1, 0, 2001)).toThrow(new RangeError('recording: got 0 to 2001 s, expected -20 to 2000 s'));
});
