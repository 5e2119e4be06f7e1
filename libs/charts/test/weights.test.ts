import { expect, test } from 'vitest';
import { showWeight } from '../src/checks/weights.ts';

/** Replicas, weight, surge, and the pods that Argo Rollouts 1.9 makes of them: from its documentation and tests. */
test.each([
  [5, 20, 1, 1, 4],
  [5, 40, 1, 2, 3],
  [5, 50, 1, 3, 3],
  [5, 50, 0, 3, 2],
  [5, 10, 0, 1, 4],
  [5, 90, 1, 5, 1],
  // The upstream defect: without a surge the canary is scaled to zero.
  [5, 90, 0, 0, 5],
  [1, 50, 1, 1, 1],
  [2, 33, 1, 1, 2],
  [4, 25, 1, 1, 3],
  [10, 5, 1, 1, 10],
  [10, 99, 1, 10, 1],
])('%i replicas show a weight of %i with a surge of %i as %i + %i pods', (replicas, weight, surge, canary, stable) => {
  expect(showWeight(replicas, weight, surge)).toMatchObject({ canary, stable });
});
