import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { eventJsonSchema, eventSchema } from './event-schema.ts';

const schemaFile = new URL('../../schema/events.schema.json', import.meta.url).pathname;

it('is what stands in the published file; vitest -u writes it anew', async () => {
  const options = await resolveConfig(schemaFile);
  const text = await format(JSON.stringify(eventJsonSchema()), { ...options, parser: 'json' });
  await expect(text).toMatchFileSnapshot(schemaFile);
});

describe('the schema', () => {
  const line = { time: '2026-01-02T03:04:05.678Z', release: 'best', type: 'traffic', targetsUp: 6 };

  it('takes a line', () => {
    expect(eventSchema.parse(line)).toEqual(line);
  });

  it.each([
    ['an unknown type', { ...line, type: 'weather' }],
    ['an unknown field', { ...line, mood: 'good' }],
    ['a missing field', { ...line, targetsUp: undefined }],
    ['a wrong time', { ...line, time: 'now' }],
  ])('refuses %s', (_what, wrong) => {
    expect(eventSchema.safeParse(wrong).success).toBe(false);
  });
});
