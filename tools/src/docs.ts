/** `npm run docs`: writes the pages that are generated from the contract. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReference } from './reference.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'reference.md');
writeFileSync(page, renderReference());
console.log(`wrote ${page}`);
