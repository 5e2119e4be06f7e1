import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedPage } from './record.ts';

const docs = join(import.meta.dirname, '..', '..', '..', '..', 'docs');

test('docs/performance.md is what its recorded figures say; otherwise run npm run bench -- --from docs/performance.json --record', () => {
  expect(readFileSync(join(docs, 'performance.md'), 'utf8')).toBe(recordedPage(docs));
});
