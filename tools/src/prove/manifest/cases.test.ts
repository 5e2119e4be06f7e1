import { expect, test } from 'vitest';
import { manifestPoints, manifestText } from './cases.ts';

const points = manifestPoints();

test('the queries and limits of dist/manifests keep the promise in seeded releases', { timeout: 240_000 }, () => {
  const refuted = points.flatMap(({ name, prove }, index) =>
    prove(400, 1 + index)
      .filter(({ holds }) => !holds)
      .map((finding) => ({ name, ...finding })),
  );
  expect(points).toHaveLength(12);
  expect(refuted).toEqual([]);
});

test('a release that fails 35 % is found within 10 s at the median, and within 25 s nearly always', () => {
  const findings = points[0]?.prove(5000, 1) ?? [];
  expect(findings.map(({ what, holds }) => [what, holds])).toEqual([
    ['no abort', true],
    ['evidence later than 10 s', true],
    ['evidence later than 25 s', true],
    ['failed answers (mean)', true],
  ]);
});

test(
  'a comparison that needs as much evidence as the gate is found too slow from its text',
  { timeout: 120_000 },
  () => {
    const slow = manifestPoints(manifestText().replaceAll(' + 1.789', '').replaceAll('403.7', '405.489'));
    expect(slow[0]?.prove(5000, 1)).toMatchObject([
      { what: 'no abort', holds: true },
      { what: 'evidence later than 10 s', holds: false },
      { what: 'evidence later than 25 s', holds: false },
      { what: 'failed answers (mean)', holds: true },
    ]);
  },
);

test('a gate that is made to accept sooner is found out from its text', { timeout: 120_000 }, () => {
  const hasty = manifestPoints(manifestText().replace('result[0] <= -4.469', 'result[0] <= -0.469'));
  const twenty = hasty.find(({ name }) => name.endsWith('20 % fail'));
  expect(twenty?.prove(400, 1)).toMatchObject([{ what: 'promote', holds: false }]);
});
