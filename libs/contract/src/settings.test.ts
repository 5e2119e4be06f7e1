import { expect, test } from 'vitest';
import { pingServiceSettings } from './environment.ts';
import { readSettings } from './settings.ts';

test('reads the defaults of ping-service from an empty environment', () => {
  expect(readSettings('ping-service', pingServiceSettings, { env: {} })).toEqual({
    host: '0.0.0.0',
    httpPort: 8080,
    metricsPort: 9464,
    version: 'dev',
    logLevel: 'info',
    drainDelayMs: 2500,
    drainTimeoutMs: 5000,
    latencyMix: [{ percent: 100, latencyMs: 0 }],
    successPercent: 100,
  });
});
