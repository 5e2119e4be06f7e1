import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

/** Real processes and a real Prometheus: one file at a time, so that they don't fight over two cores. */
const integration = mergeConfig(
  base,
  defineConfig({ test: { fileParallelism: false, testTimeout: 240_000, hookTimeout: 240_000 } }),
);
integration.test = { ...integration.test, include: ['test/**/*.integration.test.ts'], exclude: ['**/node_modules/**'] };
export default integration;
