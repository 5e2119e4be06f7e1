import { expect, it } from 'vitest';
import type { LabelledValue } from '../prometheus/series.ts';
import { AnswerCounts } from './answer-counts.ts';

/** What Prometheus has of one process: answers, failed ones, and those that were fast. */
function process(pod: string, hash: string, answers: number, failed: number, fast: number, instance = pod) {
  const value = (sampled_count: string, count: number): LabelledValue => ({
    labels: { pod, instance, rollouts_pod_template_hash: hash, sampled_count },
    value: count,
  });
  return [value('answers', answers), value('failed', failed), value('timed', answers), value('fast', fast)];
}

function countsAfter(...looks: LabelledValue[][]) {
  const counts = new AnswerCounts('new');
  for (const look of looks) counts.look(look);
  return { stable: counts.ofVersion('old'), canary: counts.ofVersion('new'), pods: counts.byPod };
}

it('counts stable from the first look on, and the canary from its start', () => {
  expect(
    countsAfter(
      [...process('a', 'old', 100, 5, 90), ...process('x', 'new', 3, 1, 2)],
      [...process('a', 'old', 110, 7, 99), ...process('x', 'new', 8, 4, 5), ...process('b', 'old', 6, 0, 6)],
    ),
  ).toEqual({
    stable: { answers: 16, failed: 2, slow: 1 },
    canary: { answers: 8, failed: 4, slow: 3 },
    pods: { a: 10, b: 6, x: 8 },
  });
});

it('keeps what a pod that has gone had', () => {
  expect(countsAfter([], process('x', 'new', 9, 3, 9), []).canary).toEqual({ answers: 9, failed: 3, slow: 0 });
});

it('counts a counter that was reset from 0 again, and a process that started elsewhere as another one', () => {
  expect(countsAfter([], process('x', 'new', 9, 3, 9), process('x', 'new', 2, 1, 1)).canary).toEqual({
    answers: 11,
    failed: 4,
    slow: 1,
  });
  expect(countsAfter([], process('x', 'new', 9, 3, 9), process('x', 'new', 20, 3, 20, 'elsewhere')).pods).toEqual({
    x: 29,
  });
});

it('is nothing before the first look', () => {
  expect(countsAfter()).toEqual({
    stable: { answers: 0, failed: 0, slow: 0 },
    canary: { answers: 0, failed: 0, slow: 0 },
    pods: {},
  });
});
