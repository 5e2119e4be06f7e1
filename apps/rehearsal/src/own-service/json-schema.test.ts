import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchemaFile, serviceFileJsonSchema } from './json-schema.ts';
import { readServiceFile } from './service-file.ts';
import { serviceFileSchema } from './service-file-schema.ts';

const project = join(import.meta.dirname, '../..');
const published = join(project, jsonSchemaFile);
const examples = join(project, '../../examples');
const exampleFiles = readdirSync(examples).flatMap((folder) =>
  readdirSync(join(examples, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(examples, folder, name)),
);

it('is published as the code has it; "npx nx run rehearsal:schema" writes it', () => {
  expect(readFileSync(published, 'utf8')).toBe(serviceFileJsonSchema());
});

it('describes every field, refuses every other, and gives its defaults as one would write them', () => {
  const schema = JSON.parse(serviceFileJsonSchema()) as {
    additionalProperties: boolean;
    required: string[];
    properties: Record<string, { description?: string; default?: unknown }>;
  };
  expect(schema.additionalProperties).toBe(false);
  expect(Object.keys(schema.properties)).toEqual(Object.keys(serviceFileSchema.shape));
  expect(Object.entries(schema.properties).filter(([, { description }]) => !description)).toEqual([]);
  expect(schema.required).toEqual(['name', 'stable', 'candidate', 'readiness', 'request', 'objectives']);
  expect(schema.properties['terminationGracePeriod']?.default).toBe('15s');
});

it.each(exampleFiles.map((file) => [file.slice(examples.length + 1), file]))('examples/%s is read', (_, file) => {
  const text = readFileSync(file, 'utf8');
  const named = /^# yaml-language-server: \$schema=(.*)$/m.exec(text)?.[1] ?? '';
  expect(resolve(dirname(file), named)).toBe(published);
  expect(readServiceFile(file, process.env).settings.expect).toBe(
    file.endsWith('failing.yaml') ? 'aborted' : 'promoted',
  );
});
