import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The condition under which a library's exports point at its TypeScript source, so that tests need no build of the libraries. */
const sourceCondition = '@observed-rollouts/source';

const project = process.env['NX_TASK_TARGET_PROJECT'] ?? basename(process.cwd());
const target = process.env['NX_TASK_TARGET_TARGET'] ?? 'test';

export default defineConfig({
  resolve: { conditions: [sourceCondition] },
  ssr: { resolve: { conditions: [sourceCondition], externalConditions: [sourceCondition] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.integration.test.ts', '**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The JSON report is the target's cached output: `npm test` counts from it, also when Nx replays the run.
    reporters: [
      'default',
      ['json', { outputFile: join(import.meta.dirname, 'test-results', `${project}-${target}.json`) }],
    ],
  },
});
