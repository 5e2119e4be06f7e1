import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

/** A real browser. */
const integration = mergeConfig(base, defineConfig({ test: { testTimeout: 240_000, hookTimeout: 240_000 } }));
integration.test = { ...integration.test, include: ['test/**/*.integration.test.ts'], exclude: ['**/node_modules/**'] };
export default integration;
