/** `npm run docs`: writes the pages and plots that are generated from the contract and the objectives. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPages } from './generated-pages.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs');
for (const [name, text] of renderPages()) {
  writeFileSync(join(folder, name), text);
  console.log(`wrote ${join(folder, name)}`);
}
