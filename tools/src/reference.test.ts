import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderReference } from './reference.ts';

test('docs/reference.md is what the contract says; otherwise run npm run docs', () => {
  const committed = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'reference.md'), 'utf8');
  expect(committed).toBe(renderReference());
});
