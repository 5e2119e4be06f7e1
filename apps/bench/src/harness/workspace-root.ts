import { join } from 'node:path';

/** The workspace's root, from a built file and from its source alike. Imports nothing else: the bare app is measured with it. */
export const root = join(import.meta.dirname, '..', '..', '..', '..');
