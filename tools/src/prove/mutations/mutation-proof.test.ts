import { expect, test } from 'vitest';
import { parseManifest } from '../manifest/analysis-manifest.ts';
import { manifestText } from '../manifest/cases.ts';
import { parsePromql } from '../manifest/promql.ts';
import { proveMutations, unexplained } from './mutation-proof.ts';

test('what the manifest does gives each change away, or the change is explained', { timeout: 240_000 }, () => {
  const proof = proveMutations(parseManifest(manifestText()), 23);
  expect(proof.mutants.length).toBeGreaterThan(100);
  expect(unexplained(proof)).toEqual([]);
});

test.each([
  'rate(x{a="b"}[1m])',
  'sum(x)',
  '1 < 2',
  'sum(x{a="b"}) + ',
  'sum by (a) (x{a="b"})',
  'exp(1, 2)',
  'exp(1)',
  'clamp_max(sum(x{a="b"}), sum(x{a="b"}))',
  'scalar(1)',
])('a query that the analysis has no use for is refused: %s', (query) => {
  expect(() => parsePromql(query)).toThrow(/^query: got /);
});
