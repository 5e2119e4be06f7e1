import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderPages } from './generated-pages.ts';

test.each([...renderPages()])('docs/%s is what the code says; otherwise run npm run docs', (name, text) => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', name), 'utf8')).toBe(text);
});
