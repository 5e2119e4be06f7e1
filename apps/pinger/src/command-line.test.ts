import { describe, expect, test } from 'vitest';
import { CommandLineExit, readCommandLine } from './command-line.ts';

function exitOf(...args: string[]): { message: string; exitCode: number } {
  try {
    readCommandLine(args);
  } catch (error) {
    if (error instanceof CommandLineExit) return { message: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error('did not exit');
}

describe('readCommandLine', () => {
  test('reads nothing from no arguments', () => {
    expect(readCommandLine([])).toEqual({ flags: {}, json: false, serve: false });
  });

  test('reads every flag, its value as text, in either spelling', () => {
    const args = [
      '--target',
      'http://x/',
      '--rate=ten',
      '--timeout',
      '1s',
      '--max-in-flight',
      '-5',
      '--duration',
      '3s',
    ];
    expect(readCommandLine([...args, '--json', '--serve'])).toEqual({
      flags: {
        '--target': 'http://x/',
        '--rate': 'ten',
        '--timeout': '1s',
        '--max-in-flight': '-5',
        '--duration': '3s',
      },
      json: true,
      serve: true,
    });
  });

  test.each([
    { args: ['--rat', '5'], message: "pinger: unknown option '--rat' (Did you mean --rate?); see --help" },
    { args: ['--colour'], message: "pinger: unknown option '--colour'; see --help" },
    { args: ['-x'], message: "pinger: unknown option '-x'; see --help" },
    { args: ['--rate'], message: "pinger: option '--rate <rate>' argument missing; see --help" },
    {
      args: ['http://x/'],
      message: 'pinger: too many arguments. Expected 0 arguments but got 1: http://x/; see --help',
    },
  ])('ends with code 2 on $args', ({ args, message }) => {
    expect(exitOf(...args)).toEqual({ message, exitCode: 2 });
  });

  test('ends with code 0 and the help on --help', () => {
    const { message, exitCode } = exitOf('--help');
    expect(exitCode).toBe(0);
    expect(message).toMatchInlineSnapshot(`
      "Usage: pinger [options]

      Pings a URL at a constant rate, whether or not it answers, and counts how every
      ping ends.
      Before its first ping it warms up on pings to itself, for a second at most;
      nothing of that is counted.
      Without a duration it runs until SIGTERM or ctrl-C as a service: probes and
      metrics on its two ports.
      With a duration it is a script run: it serves nothing, and ends with a summary.

      Options:
        --target <target>                URL that is pinged (PINGER_TARGET, default
                                         http://ping-service:8080/ping)
        --method <method>                HTTP method of each ping (PINGER_METHOD,
                                         default GET)
        --headers <headers>              Headers of each ping, beside those that HTTP
                                         needs (PINGER_HEADERS, default {})
        --body <body>                    Body of each ping; none when absent
                                         (PINGER_BODY)
        --rate <rate>                    Pings per second, evenly spaced (PINGER_RATE,
                                         default 10)
        --timeout <timeout>              Time from the real start of a ping after
                                         which it has failed (PINGER_TIMEOUT, default
                                         5s)
        --max-in-flight <max-in-flight>  Pings that may wait for an answer at once;
                                         one more is dropped and counted
                                         (PINGER_MAX_IN_FLIGHT, default 200)
        --duration <duration>            How long to ping; until SIGTERM when absent
                                         (PINGER_DURATION)
        --json                           Print the summary as one JSON document on
                                         stdout; logs go to stderr
        --serve                          Open the ports in a script run too
        --help                           Show this help

      A flag wins over its environment variable. More environment variables:
        HTTP_HOST        Address that both ports listen on (default 0.0.0.0)
        HTTP_PORT        Port of requests and probes (default 8080)
        METRICS_PORT     Port of /metrics (default 9464)
        SERVICE_VERSION  Version in /version, build_info, logs and traces (default dev)
        LOG_LEVEL        Least severe level that is logged (default info)
        DRAIN_DELAY      After SIGTERM: how long to serve with readiness off until no proxy sends new requests (default 2500ms)
        DRAIN_TIMEOUT    After the drain delay: how long to wait for open connections to end (default 5s)
      OTEL_* variables work as OpenTelemetry specifies them.

      Exit code: 0 when it could run, however the pings ended; 2 for an unknown flag; 78 for a wrong setting.

      Example: --target http://127.0.0.1:8080/ping --rate 10 --duration 30s"
    `);
  });
});
