/** `npx node apps/rehearsal/test/fidelity/write-page.ts`: writes what the recordings show into docs/fidelity.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { observed } from './page.ts';
import { readRecordings } from './recordings.ts';

const file = join(import.meta.dirname, '../../../../docs/fidelity.md');
const heading = '## What was seen\n';
const [kept] = readFileSync(file, 'utf8').split(heading);
const sections = [...readRecordings().values()].map(observed);
writeFileSync(file, `${kept}${heading}\n${sections.join('\n\n')}\n`);
