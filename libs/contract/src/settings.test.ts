import { describe, expect, test } from 'vitest';
import { pingerSettings, pingServiceSettings, processSettings } from './environment.ts';
import { readSettings, SettingsError, type SettingsSources, type SettingsTable } from './settings.ts';

function problemsOf(table: SettingsTable, sources: SettingsSources): readonly string[] {
  try {
    readSettings('program', table, sources);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

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

test('reads the defaults of the pinger from an empty environment', () => {
  expect(readSettings('pinger', pingerSettings, { env: {} })).toMatchObject({
    target: 'http://ping-service:8080/ping',
    ratePerSecond: 10,
    timeoutMs: 5000,
    maxInFlight: 200,
  });
});

test('the example of every setting is a good value', () => {
  for (const table of [processSettings, pingServiceSettings, pingerSettings] as SettingsTable[]) {
    const env = Object.fromEntries(Object.values(table).map(({ name, example }) => [name, example]));
    expect(problemsOf(table, { env })).toEqual([]);
  }
});

describe('each rule refuses what is just outside of it, with the value, the rule and an example', () => {
  const port = (got: string) => `HTTP_PORT: got "${got}", expected a whole number from 1 to 65535, e.g. HTTP_PORT=8080`;
  const success = (got: string) =>
    `PING_SUCCESS_PERCENT: got "${got}", expected a percentage from 0 to 100, e.g. PING_SUCCESS_PERCENT=95`;
  const delay = (got: string) =>
    `DRAIN_DELAY: got "${got}", expected a duration with unit ms, s or m from 0ms to 1m, e.g. DRAIN_DELAY=2500ms`;
  const level = (got: string) =>
    `LOG_LEVEL: got "${got}", expected one of fatal, error, warn, info, debug, trace, e.g. LOG_LEVEL=warn`;
  const version = (got: string) =>
    `SERVICE_VERSION: got "${got}", expected 1 to 63 letters, digits, dots, dashes, underscores or plus signs, a letter or digit first, e.g. SERVICE_VERSION=1.4.0`;
  const host = (got: string) =>
    `HTTP_HOST: got "${got}", expected an IPv4 or IPv6 address to listen on, e.g. HTTP_HOST=127.0.0.1`;
  const mix = (got: string, reason: string) =>
    `PING_LATENCY: got "${got}", expected shares <percent>%<latency> that add up to 100% (${reason}), e.g. PING_LATENCY=90%500ms,10%200ms`;

  test.each([
    ...['0', '65536', '80.5', '-1', '0x50', '8e3', ' 80', 'http', 'NaN'].map((text) => ['HTTP_PORT', text, port(text)]),
    ...['-0.1', '100.1', '95%', '1e2', 'all'].map((text) => ['PING_SUCCESS_PERCENT', text, success(text)]),
    ...['2', '-1ms', '60001ms', '1h', '2 s'].map((text) => ['DRAIN_DELAY', text, delay(text)]),
    ...['INFO', 'verbose'].map((text) => ['LOG_LEVEL', text, level(text)]),
    ...['-1', '.1', 'a b', 'x'.repeat(64), 'ü'].map((text) => ['SERVICE_VERSION', text, version(text)]),
    ...['localhost', '256.0.0.1', ':::'].map((text) => ['HTTP_HOST', text, host(text)]),
    ['PING_LATENCY', '90%1ms', mix('90%1ms', 'the shares add up to 90%, not 100%')],
    ['PING_LATENCY', '100%5', mix('100%5', '"100%5" has no latency of the form <number><ms|s|m>, at least 0ms')],
    [
      'PING_SEED',
      '4294967296',
      'PING_SEED: got "4294967296", expected a whole number from 0 to 4294967295, e.g. PING_SEED=42',
    ],
  ] as [string, string, string][])('%s=%s', (name, text, problem) => {
    expect(problemsOf(pingServiceSettings, { env: { [name]: text } })).toEqual([problem]);
  });

  test.each(['ping-service/ping', 'ftp://host/', 'http://', '/ping', 'http:host'])('PINGER_TARGET=%s', (text) => {
    expect(problemsOf(pingerSettings, { env: { PINGER_TARGET: text } })).toEqual([
      `PINGER_TARGET: got "${text}", expected an absolute http or https URL, e.g. PINGER_TARGET=http://127.0.0.1:8080/ping`,
    ]);
  });
});

describe('the ends of each range are good', () => {
  test.each([
    ['HTTP_PORT', '1'],
    ['HTTP_PORT', '65535'],
    ['HTTP_HOST', '::'],
    ['PING_SUCCESS_PERCENT', '0'],
    ['PING_SUCCESS_PERCENT', '99.95'],
    ['DRAIN_DELAY', '0ms'],
    ['DRAIN_DELAY', '1m'],
    ['PING_SEED', '4294967295'],
    ['SERVICE_VERSION', 'x'.repeat(63)],
  ])('%s=%s', (name, text) => {
    expect(problemsOf(pingServiceSettings, { env: { [name]: text } })).toEqual([]);
  });
});

test('all wrong settings are listed at once, in the order of the table, and counted', () => {
  const env = { PING_SEED: 'x', HTTP_PORT: '0' };
  expect(() => readSettings('ping-service', pingServiceSettings, { env })).toThrow(
    new SettingsError('ping-service', [
      'HTTP_PORT: got "0", expected a whole number from 1 to 65535, e.g. HTTP_PORT=8080',
      'PING_SEED: got "x", expected a whole number from 0 to 4294967295, e.g. PING_SEED=42',
    ]),
  );
  expect(new SettingsError('p', ['a']).message).toBe('p: 1 setting is wrong\n  a');
  expect(new SettingsError('p', ['a', 'b']).message).toBe('p: 2 settings are wrong\n  a\n  b');
});

test('a flag wins over the environment and is named in its own error', () => {
  const sources = { env: { PINGER_RATE: 'x' }, flags: { '--rate': '20' } };
  expect(readSettings('pinger', pingerSettings, sources).ratePerSecond).toBe(20);
  expect(problemsOf(pingerSettings, { env: { PINGER_RATE: '20' }, flags: { '--rate': 'x' } })).toEqual([
    '--rate: got "x", expected pings per second from 0.1 to 5000, e.g. --rate 10',
  ]);
});

test('an empty variable counts as not given', () => {
  expect(readSettings('p', pingServiceSettings, { env: { HTTP_PORT: '', PING_SEED: '' } })).toMatchObject({
    httpPort: 8080,
  });
});

test("a misspelt variable is reported; another program's variable is none of ours", () => {
  const env = { PING_LATENCYS: '1', PING_SUCESS_PERCENT: '1', HTTP_PROXY: 'http://proxy', PORT: '1', PINGER_RATE: '5' };
  expect(problemsOf(pingServiceSettings, { env })).toEqual([
    'PING_LATENCYS: unknown variable, expected PING_LATENCY; rename or remove it',
    'PING_SUCESS_PERCENT: unknown variable, expected PING_SUCCESS_PERCENT; rename or remove it',
  ]);
});
