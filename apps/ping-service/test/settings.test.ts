import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { configExitCode } from '@observed-rollouts/contract';
import { expect, test } from 'vitest';
import { freePort, ServiceProcess } from './service-process.ts';

test('every wrong variable is named at once with what it got, what was expected and an example; exit code 78', async () => {
  const { code, stderr } = await new ServiceProcess({
    HTTP_HOST: 'localhost',
    HTTP_PORT: '0',
    METRICS_PORT: '65536',
    SERVICE_VERSION: '-1',
    LOG_LEVEL: 'loud',
    DRAIN_DELAY: '2',
    DRAIN_TIMEOUT: '61s',
    PING_LATENCY: '90%500ms,20%200ms',
    PING_SUCCESS_PERCENT: '101',
    PING_SEED: '-1',
    PING_LATENCYS: '100%0ms',
  }).ended();
  expect(stderr.split('\n')).toEqual([
    'ping-service: 11 settings are wrong',
    '  HTTP_HOST: got "localhost", expected an IPv4 or IPv6 address to listen on, e.g. HTTP_HOST=127.0.0.1',
    '  HTTP_PORT: got "0", expected a whole number from 1 to 65535, e.g. HTTP_PORT=8080',
    '  METRICS_PORT: got "65536", expected a whole number from 1 to 65535, e.g. METRICS_PORT=9464',
    '  SERVICE_VERSION: got "-1", expected 1 to 63 letters, digits, dots, dashes, underscores or plus signs, a letter or digit first, e.g. SERVICE_VERSION=1.4.0',
    '  LOG_LEVEL: got "loud", expected one of fatal, error, warn, info, debug, trace, e.g. LOG_LEVEL=warn',
    '  DRAIN_DELAY: got "2", expected a duration with unit ms, s or m from 0ms to 1m, e.g. DRAIN_DELAY=2500ms',
    '  DRAIN_TIMEOUT: got "61s", expected a duration with unit ms, s or m from 0ms to 1m, e.g. DRAIN_TIMEOUT=5s',
    '  PING_LATENCY: got "90%500ms,20%200ms", expected shares <percent>%<latency> that add up to 100% (the shares add up to 110%, not 100%), e.g. PING_LATENCY=90%500ms,10%200ms',
    '  PING_SUCCESS_PERCENT: got "101", expected a percentage from 0 to 100, e.g. PING_SUCCESS_PERCENT=95',
    '  PING_SEED: got "-1", expected a whole number from 0 to 4294967295, e.g. PING_SEED=42',
    '  PING_LATENCYS: unknown variable, expected PING_LATENCY; rename or remove it',
    '',
  ]);
  expect(code).toBe(configExitCode);
});

test.each(['HTTP_PORT', 'METRICS_PORT'])(
  '%s in use: one line that names the variable, exit code 1',
  async (variable) => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const example = { HTTP_PORT: 8080, METRICS_PORT: 9464 }[variable];
    const { code, stderr } = await new ServiceProcess({
      OTEL_SDK_DISABLED: 'true',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: `${await freePort()}`,
      METRICS_PORT: `${await freePort()}`,
      [variable]: `${port}`,
    }).ended();
    await once(occupant.close(), 'close');
    expect(stderr).toBe(
      `ping-service: ${variable}: port ${port} of 127.0.0.1 is in use, got ${port}, expected a free port, e.g. ${variable}=${example}; stop the process that listens there or take another port\n`,
    );
    expect(code).toBe(1);
  },
);
