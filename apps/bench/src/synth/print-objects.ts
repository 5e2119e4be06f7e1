/** The least that writes the same YAML: objects as plain data, printed by the `yaml` package: `print-objects.js <objects.json> <folder>`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

const [objects = '', folder = ''] = process.argv.slice(2);
const files = JSON.parse(readFileSync(objects, 'utf8')) as { name: string; objects: object[] }[];
mkdirSync(folder, { recursive: true });
for (const { name, objects } of files) {
  const documents = objects.map((object) => stringify(object, { version: '1.1', lineWidth: 0 }));
  writeFileSync(join(folder, name), documents.join('---\n'));
}
