import { createHash } from 'node:crypto';

/** Pod annotation that changes with the content of mounted files, so that a program which reads them once is started anew. */
export function contentHash(...contents: readonly string[]): Record<string, string> {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content).update('\0');
  return { 'observed-rollouts/content-hash': hash.digest('hex').slice(0, 16) };
}
