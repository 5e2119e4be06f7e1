import { expect, test } from 'vitest';
import { manifestPoints, manifestText } from './cases.ts';

const points = manifestPoints();

/** The speed that is promised against 35 % failures. */
const isSpeed = (what: string) => what.startsWith('evidence later');

test('the queries and limits of dist/manifests keep the promise in seeded releases', { timeout: 240_000 }, () => {
  const refuted = points.flatMap(({ name, prove }, index) =>
    prove(400, 1 + index)
      .filter(({ holds, what }) => !holds && !isSpeed(what))
      .map((finding) => ({ name, ...finding })),
  );
  expect(points).toHaveLength(9);
  expect(refuted).toEqual([]);
});

// Known to be missed: the comparison with stable needs as much evidence as the gate, which costs five seconds at the median.
test.fails('a release that fails 35 % is found within 10 s at the median and 25 s nearly always', () => {
  const late = (points[0]?.prove(1000, 1) ?? []).filter(({ holds, what }) => !holds && isSpeed(what));
  expect(late).toEqual([]);
});

test('a gate that is made to accept sooner is found out from its text', { timeout: 120_000 }, () => {
  const hasty = manifestPoints(manifestText().replace('result[0] <= -4.469', 'result[0] <= -0.469'));
  const twenty = hasty.find(({ name }) => name.endsWith('20 % fail'));
  expect(twenty?.prove(400, 1)).toMatchObject([{ what: 'promote', holds: false }]);
});
