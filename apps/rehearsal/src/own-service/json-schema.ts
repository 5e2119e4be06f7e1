import { z } from 'zod';
import { serviceFileSchema } from './service-file-schema.ts';

/** Where the schema is published, from the folder of this project. */
export const jsonSchemaFile = 'schema/rehearsal.schema.json';

/** The schema of a service file for editors: what `readServiceFile` checks field by field, without what depends on several fields. */
export function serviceFileJsonSchema(): string {
  const schema = z.toJSONSchema(serviceFileSchema, { io: 'input', target: 'draft-7' });
  const titled = { title: 'rehearsal.yaml: the rehearsal of any service', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
