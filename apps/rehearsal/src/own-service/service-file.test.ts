import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readServiceFile } from './service-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = { PATH: process.env['PATH'], TOKEN: 'secret' };

function read(text: string) {
  const file = join(folder, 'rehearsal.yaml');
  writeFileSync(file, text);
  return readServiceFile(file, env);
}

/** The problems of a file, with the folder's name taken out. */
function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map((problem) => problem.replaceAll(folder, 'F'));
    throw error;
  }
  return [];
}

const least = `
name: shop
stable: { command: [node, shop.mjs] }
candidate: { environment: { VERSION: "2" } }
readiness: { path: /readyz }
request: { path: /buy }
objectives: { availability: { acceptable: 1%, refused: 10% } }
`;

describe('a service file', () => {
  it('needs little: the rest is as in the story and as the contract counts', () => {
    const { settings, level, stable, candidate } = read(least);
    expect(settings).toMatchObject({ expect: 'promoted', request: { method: 'GET', timeout: 5000 }, rate: 10 });
    expect(level).toEqual({
      objectives: [
        {
          name: 'failed-answers',
          indicator: {
            kind: 'availability',
            metric: {
              service: 'shop',
              counter: 'http_server_request_duration_seconds_count',
              histogram: 'http_server_request_duration_seconds',
              unit: 'seconds',
              judged: [],
              failed: 'http_response_status_code=~"5.."',
              present: [],
            },
          },
          acceptable: 0.01,
          refused: 0.1,
        },
      ],
      promise: { falseAbort: 0.01, missed: 0.01, lookIntervalMs: 1000, budgetMs: 300_000 },
      traffic: { pingsPerSecond: 10, replicas: 5, weights: [20, 40, 60, 80] },
    });
    const path = { PATH: env.PATH };
    expect(stable).toEqual({ command: ['node', 'shop.mjs'], environment: path, workingDirectory: folder });
    expect(candidate).toEqual({
      command: ['node', 'shop.mjs'],
      environment: { ...path, VERSION: '2' },
      workingDirectory: folder,
    });
  });

  it('maps metrics, takes over variables, and lets the candidate differ', () => {
    const { level, stable, candidate } = read(`
$schema: ./rehearsal.schema.json
name: shop
stable: { command: [node, a.mjs], environment: { A: "1", B: "{port}" }, inherit: [TOKEN] }
candidate: { command: [node, b.mjs], environment: { B: "2" }, inherit: [], workingDirectory: / }
readiness: { path: /readyz, port: metrics }
request: { path: /buy }
metrics:
  histogram: shop_ms
  unit: milliseconds
  counter: shop_total
  labels: { service: 'a"b' }
  status: { label: code, failed: [500, timeout] }
objectives: { latency: { bound: 250ms, acceptable: 5%, refused: 20%, designEffect: 2 } }
`);
    expect(level.objectives).toEqual([
      {
        name: 'slow-answers',
        indicator: {
          kind: 'latency',
          boundSeconds: 0.25,
          metric: {
            service: 'shop',
            counter: 'shop_total',
            histogram: 'shop_ms',
            unit: 'milliseconds',
            judged: ['exported_service="a\\"b"'],
            failed: 'code=~"500|timeout"',
            present: [],
          },
        },
        acceptable: 0.05,
        refused: 0.2,
        designEffect: 2,
      },
    ]);
    expect(stable.environment).toEqual({ PATH: env.PATH, TOKEN: 'secret', A: '1', B: '{port}' });
    expect(candidate).toEqual({
      command: ['node', 'b.mjs'],
      environment: { PATH: env.PATH, A: '1', B: '2' },
      workingDirectory: '/',
    });
  });

  it('is refused with every wrong field', () => {
    const wrong = `
name: My Shop
stable: { command: node shop.mjs, environment: { GOOD: 5, "not-good": x } }
candidate: { arguments: [] }
readiness: { path: readyz, port: 8080, timeout: 30 }
request: { method: get, path: /buy, headers: { "a b": x } }
metrics: { histogram: a-b, status: { failed: [] }, labels: { route: 7 } }
objectives: { availability: { acceptable: 0.01, refused: 110% }, latency: { bound: 1h, acceptable: 1%, refused: 5% } }
promise: { budget: 10 }
rate: 0
replicas: 2.5
weights: [50]
expect: happy
extra: 1
`;
    expect(problemsOf(wrong)).toEqual(
      [
        'name: got "My Shop", expected lower-case letters, digits and dashes, at most 40, a letter first, e.g. checkout',
        'stable.command: got "node shop.mjs", expected a list of texts, e.g. [node, server.mjs]',
        'stable.environment.GOOD: got 5, expected a text in quotes, e.g. "65"',
        'stable.environment.not-good: got "not-good", expected a variable name, e.g. FAIL_PERCENT',
        'candidate.arguments: unknown field, expected one of command, environment, inherit, workingDirectory',
        'readiness.path: got "readyz", expected a path that starts with "/", e.g. /readyz',
        'readiness.port: got 8080, expected http ({port}) or metrics ({metricsPort})',
        'readiness.timeout: got 30, expected a duration with unit ms, s or m from 1s to 10m, e.g. 30s',
        'request.method: got "get", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
        'request.headers.a b: got "a b", expected a header name, e.g. Authorization',
        'metrics.histogram: got "a-b", expected a metric name, e.g. http_request_duration_seconds',
        'metrics.labels.route: got 7, expected a text in quotes, e.g. "65"',
        'metrics.status.failed: got [], expected at least one value',
        'objectives.availability.acceptable: got 0.01, expected a percentage above 0% and below 100%, e.g. 1%',
        'objectives.availability.refused: got "110%", expected a percentage above 0% and below 100%, e.g. 10%',
        'objectives.latency.bound: got "1h", expected a duration with unit ms, s or m from 1ms to 60m, e.g. 250ms',
        'promise.budget: got 10, expected a duration with unit ms, s or m from 1s to 60m, e.g. 5m',
        'rate: got 0, expected requests per second from 0.1 to 5000',
        'replicas: got 2.5, expected a whole number from 2 to 50',
        'weights: got [50], expected at least two percentages, e.g. [20, 60]: the watch needs a weight after the gate',
        'expect: got "happy", expected one of aborted, promoted, paused',
        'extra: unknown field, expected one of name, description, stable, candidate, readiness, request, metrics, objectives, promise, rate, replicas, weights, terminationGracePeriod, within, expect',
      ].map((problem) => `F/rehearsal.yaml: ${problem}`),
    );
  });

  it('is refused without objectives, and when it is no mapping or not YAML', () => {
    expect(problemsOf(least.replace(/objectives.*/, 'objectives: {}'))).toEqual([
      'F/rehearsal.yaml: objectives: got {}, expected availability, latency or both',
    ]);
    expect(problemsOf('- a')).toEqual([
      'F/rehearsal.yaml: got ["a"], expected a mapping with name, description, stable, candidate, readiness, request, metrics, objectives, promise, rate, replicas, weights, terminationGracePeriod, within, expect',
    ]);
    expect(problemsOf('a: [')).toEqual([
      'F/rehearsal.yaml: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5',
    ]);
  });

  it('is refused when its objectives are not sound, with what would be', () => {
    expect(problemsOf(least.replace('refused: 10%', 'refused: 1%').concat('replicas: 4\n'))).toEqual([
      'F/rehearsal.yaml: failed-answers: got a refused share of 0.01, expected more than the acceptable 0.01 and less than 1',
      'F/rehearsal.yaml: traffic: got a first weight of 20 % of 4 replicas, which is no whole pod; expected a multiple of 25',
    ]);
  });

  it('is refused when a program, a folder or a variable is not there', () => {
    expect(
      problemsOf(
        least
          .replace('[node, shop.mjs] }', '[no-such-program], inherit: [NO_SUCH_VARIABLE] }')
          .replace('candidate: {', 'candidate: { workingDirectory: none,'),
      ),
    ).toEqual([
      'F/rehearsal.yaml: stable.inherit[0]: NO_SUCH_VARIABLE is not set in this shell, expected a variable that is',
      'F/rehearsal.yaml: stable.command: no-such-program is not on the PATH, expected an installed program or the path of one',
      'F/rehearsal.yaml: candidate.workingDirectory: F/none is no folder, expected one that exists',
    ]);
    expect(problemsOf(least.replace('[node, shop.mjs]', '[./shop]'))).toEqual([
      "F/rehearsal.yaml: stable.command: F/shop can't be started, expected an executable file",
    ]);
  });
});
