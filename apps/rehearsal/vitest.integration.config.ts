import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

/** Real processes and a real Prometheus: two files at a time, since a release spends most of its time waiting, and no more on two cores. */
const integration = mergeConfig(
  base,
  defineConfig({ test: { maxWorkers: 2, testTimeout: 240_000, hookTimeout: 240_000 } }),
);
integration.test = { ...integration.test, include: ['test/**/*.integration.test.ts'], exclude: ['**/node_modules/**'] };
export default integration;
