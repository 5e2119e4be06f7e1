import { expect, test } from 'vitest';
import { declaredBehaviour } from './story-behaviour.ts';

test.each([
  [undefined, { failed: 0.05, slow: 0 }],
  ['slow', { failed: 0.05, slow: 0.45 }],
  ['best', { failed: 0.03, slow: 0 }],
  ['errors', { failed: 0.35, slow: 0 }],
])('release %s behaves as the manifests and its file declare', (release, behaviour) => {
  expect(declaredBehaviour(1, release)).toEqual(behaviour);
});

test('an answer is slow when it takes longer than the bound', () => {
  expect(declaredBehaviour(0.4).slow).toBeCloseTo(0.9, 12);
  expect(declaredBehaviour(0.5).slow).toBe(0);
});
