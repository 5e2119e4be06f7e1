import { createServer } from 'node:net';
import { once } from 'node:events';
import { pingerSettings, type Setting } from '@observed-rollouts/contract';
import { describe, expect, test } from 'vitest';
import { findFreePort, runPinger, servingEnvironment } from './pinger-process.ts';

const wrongVariables = {
  HTTP_HOST: 'localhost',
  HTTP_PORT: '0',
  METRICS_PORT: '65536',
  SERVICE_VERSION: 'one two',
  LOG_LEVEL: 'loud',
  DRAIN_DELAY: '2500',
  DRAIN_TIMEOUT: '-5s',
  PINGER_TARGET: 'ping-service:8080',
  PINGER_METHOD: 'get',
  PINGER_HEADERS: 'X-Cart: 1',
  PINGER_RATE: '0',
  PINGER_TIMEOUT: '1ms',
  PINGER_MAX_IN_FLIGHT: '1.5',
  PINGER_DURATION: '30',
};

const wrongFlags = {
  '--target': 'ftp://files/',
  '--method': 'FETCH',
  '--headers': '[]',
  '--rate': 'ten',
  '--timeout': '61s',
  '--max-in-flight': '0',
  '--duration': '99ms',
};

/** Settings that a text can be wrong for: a body may be any. */
const refusing = Object.values<Setting>(pingerSettings).filter(({ name }) => name !== pingerSettings.body.name);

/** Exit code 78, nothing on stdout, and every wrong setting in one message. */
function wrong(...lines: string[]) {
  const count = lines.length === 1 ? '1 setting is wrong' : `${lines.length} settings are wrong`;
  return { exitCode: 78, stdout: '', stderr: `pinger: ${count}\n${lines.map((line) => `  ${line}\n`).join('')}` };
}

describe('a pinger with wrong settings refuses to start', () => {
  test('and lists every wrong variable', async () => {
    expect(Object.keys(wrongVariables)).toEqual(refusing.map(({ name }) => name));
    expect(await runPinger({ env: wrongVariables })).toEqual(
      wrong(
        'HTTP_HOST: got "localhost", expected an IPv4 or IPv6 address to listen on, e.g. HTTP_HOST=127.0.0.1',
        'HTTP_PORT: got "0", expected a whole number from 1 to 65535, e.g. HTTP_PORT=8080',
        'METRICS_PORT: got "65536", expected a whole number from 1 to 65535, e.g. METRICS_PORT=9464',
        'SERVICE_VERSION: got "one two", expected 1 to 63 letters, digits, dots, dashes, underscores or plus signs, a letter or digit first, e.g. SERVICE_VERSION=1.4.0',
        'LOG_LEVEL: got "loud", expected one of fatal, error, warn, info, debug, trace, e.g. LOG_LEVEL=warn',
        'DRAIN_DELAY: got "2500", expected a duration with unit ms, s or m from 0ms to 1m, e.g. DRAIN_DELAY=2500ms',
        'DRAIN_TIMEOUT: got "-5s", expected a duration with unit ms, s or m from 0ms to 1m, e.g. DRAIN_TIMEOUT=5s',
        'PINGER_TARGET: got "ping-service:8080", expected an absolute http or https URL, e.g. PINGER_TARGET=http://127.0.0.1:8080/ping',
        'PINGER_METHOD: got "get", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, e.g. PINGER_METHOD=POST',
        'PINGER_HEADERS: got "X-Cart: 1", expected a JSON object of header names and texts, e.g. PINGER_HEADERS={"content-type":"application/json"}',
        'PINGER_RATE: got "0", expected pings per second from 0.1 to 5000, e.g. PINGER_RATE=10',
        'PINGER_TIMEOUT: got "1ms", expected a duration with unit ms, s or m from 10ms to 1m, e.g. PINGER_TIMEOUT=5s',
        'PINGER_MAX_IN_FLIGHT: got "1.5", expected a whole number from 1 to 100000, e.g. PINGER_MAX_IN_FLIGHT=200',
        'PINGER_DURATION: got "30", expected a duration with unit ms, s or m from 100ms to 1440m, e.g. PINGER_DURATION=30s',
      ),
    );
  });

  test('and lists every wrong flag, which wins over a right variable', async () => {
    const tables = refusing.flatMap(({ flag }) => flag ?? []);
    expect(Object.keys(wrongFlags)).toEqual(tables);
    expect(await runPinger({ flags: Object.entries(wrongFlags).flat(), env: { PINGER_RATE: '10' } })).toEqual(
      wrong(
        '--target: got "ftp://files/", expected an absolute http or https URL, e.g. --target http://127.0.0.1:8080/ping',
        '--method: got "FETCH", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, e.g. --method POST',
        '--headers: got "[]", expected a JSON object of header names and texts, e.g. --headers {"content-type":"application/json"}',
        '--rate: got "ten", expected pings per second from 0.1 to 5000, e.g. --rate 10',
        '--timeout: got "61s", expected a duration with unit ms, s or m from 10ms to 1m, e.g. --timeout 5s',
        '--max-in-flight: got "0", expected a whole number from 1 to 100000, e.g. --max-in-flight 200',
        '--duration: got "99ms", expected a duration with unit ms, s or m from 100ms to 1440m, e.g. --duration 30s',
      ),
    );
  });

  test('and names a misspelled variable', async () => {
    expect(await runPinger({ env: { PINGER_RATES: '5' } })).toEqual(
      wrong('PINGER_RATES: unknown variable, expected PINGER_RATE; rename or remove it'),
    );
  });
});

describe('a pinger that is called wrongly', () => {
  test('names an unknown flag and ends with code 2', async () => {
    expect(await runPinger({ flags: ['--rat', '5'] })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "pinger: unknown option '--rat' (Did you mean --rate?); see --help\n",
    });
  });

  test('shows its help on stdout and ends with code 0, whatever the environment says', async () => {
    const { exitCode, stdout, stderr } = await runPinger({ flags: ['--help'], env: wrongVariables });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: pinger \[options\]\n/);
  });

  test('names the port that is in use and ends with code 1', async () => {
    const { env } = await servingEnvironment();
    const port = await findFreePort();
    const occupant = createServer().listen(port, '127.0.0.1');
    await once(occupant, 'listening');
    const { exitCode, stderr } = await runPinger({ env: { ...env, HTTP_PORT: `${port}` } });
    occupant.close();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `pinger: HTTP_PORT: port ${port} of 127.0.0.1 is in use, got ${port}, expected a free port, e.g. HTTP_PORT=8080; stop the process that listens there or take another port\n`,
    });
  });
});
