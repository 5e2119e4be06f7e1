import { writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { InputError } from '../input/input-error.ts';
import { jsonSchemaFile } from './json-schema.ts';
import { starterFile } from './starter-file.ts';

/**
 * Writes a service file to start from.
 *
 * @param root folder that holds the workspace, with the published schema.
 *
 * Errors: {@link InputError} when there is such a file already, or it can't be written.
 */
export function writeStarterFile(file: string, root: string): void {
  const schema = relative(dirname(resolve(file)), join(root, 'apps/rehearsal', jsonSchemaFile));
  try {
    writeFileSync(file, starterFile(schema), { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? 'is there already, expected a new file' : `can't be written: ${message}`;
    throw new InputError([`${file}: ${reason}; name another, e.g. --init my-service.yaml`]);
  }
}
