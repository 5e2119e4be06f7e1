/** `npx nx run rehearsal:schema`: writes the schema of service files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jsonSchemaFile, serviceFileJsonSchema } from './json-schema.ts';

const file = join(import.meta.dirname, '../..', jsonSchemaFile);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, serviceFileJsonSchema());
