import { expect, test } from 'vitest';
import { describeFault } from './fault.ts';
import { applyEnvironment, applyRelease } from './release.ts';
import { parseRelease } from './release-file.ts';

const document = { description: 'fails', environment: { PING_SUCCESS_PERCENT: '65' }, expect: 'aborted' };

test('reads a release file', () => {
  expect(parseRelease('releases/errors.yaml', 'errors', document)).toEqual({
    name: 'errors',
    ...document,
    stable: {},
    traffic: 'usual',
    faults: [],
    withinMs: 900_000,
  });
});

test('lists everything that is wrong with a release file', () => {
  const wrong = { environment: { PING_SUCCESS_PERCENT: 65, 'ping-seed': '1' }, expect: 'abort', extra: 1 };
  expect(() => parseRelease('releases/errors.yaml', 'errors', wrong)).toThrow(
    [
      'releases/errors.yaml: not a release',
      '  description: missing, expected one line of text',
      '  environment.PING_SUCCESS_PERCENT: got 65, expected a text in quotes, e.g. "65"',
      '  environment.ping-seed: got "ping-seed", expected a variable name, e.g. PING_LATENCY',
      '  expect: got "abort", expected one of aborted, promoted, paused, waiting',
      '  file: unknown field extra, expected description, environment, stable, traffic, faults, expect, within, story',
    ].join('\n'),
  );
});

test('refuses a variable name that no shell would take, and a file that is no mapping', () => {
  expect(() => parseRelease('a.yaml', 'a', { ...document, environment: { 'ping-seed': '1' } })).toThrow(
    'a.yaml: not a release\n  environment.ping-seed: got "ping-seed", expected a variable name, e.g. PING_LATENCY',
  );
  expect(() => parseRelease('a.yaml', 'a', null)).toThrow(
    'a.yaml: not a release\n  file: got null, expected a mapping with description, environment, stable, traffic, faults, expect, within, story',
  );
});

const template = {
  metadata: { labels: { 'app.kubernetes.io/name': 'ping-service', 'app.kubernetes.io/version': 'initial' } },
  spec: {
    terminationGracePeriodSeconds: 15,
    containers: [
      {
        name: 'app',
        image: 'a',
        env: [
          { name: 'PING_SUCCESS_PERCENT', value: '95' },
          { name: 'LOG_LEVEL', value: 'info' },
        ],
      },
      { name: 'sidecar' },
    ],
  },
};

test('a release changes its version label and its variables, and nothing else', () => {
  const release = {
    name: 'errors',
    description: '',
    expect: 'aborted',
    stable: {},
    traffic: 'usual',
    faults: [],
    withinMs: 1_000,
    environment: { PING_SUCCESS_PERCENT: '65', PING_SEED: '1' },
  } as const;
  expect(applyRelease(template, release)).toEqual({
    metadata: { labels: { 'app.kubernetes.io/name': 'ping-service', 'app.kubernetes.io/version': 'errors' } },
    spec: {
      terminationGracePeriodSeconds: 15,
      containers: [
        {
          name: 'app',
          image: 'a',
          env: [
            { name: 'PING_SUCCESS_PERCENT', value: '65' },
            { name: 'LOG_LEVEL', value: 'info' },
            { name: 'PING_SEED', value: '1' },
          ],
        },
        { name: 'sidecar' },
      ],
    },
  });
});

test('refuses a pod template without a container', () => {
  expect(() => applyEnvironment({ spec: { containers: [] } }, {})).toThrow(
    'pod template: got no container, expected at least one',
  );
});

test('reads what the stable version is changed to, and that nobody asks', () => {
  const shared = { ...document, stable: { PING_SUCCESS_PERCENT: '65' }, traffic: 'none', expect: 'paused' };
  expect(parseRelease('a.yaml', 'a', shared)).toEqual({ name: 'a', ...shared, faults: [], withinMs: 900_000 });
  expect(() => parseRelease('a.yaml', 'a', { ...document, traffic: 'some', stable: [] })).toThrow(
    [
      'a.yaml: not a release',
      '  stable: got [], expected variables and their values',
      '  traffic: got "some", expected one of usual, none',
    ].join('\n'),
  );
});

test('reads faults with their times, how long a release may take, and its place in the story', () => {
  const faults = [
    { kind: 'kill-pod', of: 'canary', when: 'canary-ready', after: '2s' },
    { kind: 'stop-prometheus', when: 'step 2', for: '20s' },
    { kind: 'stop-trace-receiver', when: 'release' },
    { kind: 'slow-network', delay: '300ms', when: 'release', for: '1m' },
    { kind: 'restart-controller', when: 'decision', after: '100ms' },
  ];
  const read = parseRelease('a.yaml', 'a', { ...document, faults, expect: 'waiting', within: '30s', story: 6 });
  expect(read).toMatchObject({ expect: 'waiting', withinMs: 30_000, story: 6 });
  expect(read.faults).toEqual([
    { kind: 'kill-pod', of: 'canary', when: 'canary-ready', afterMs: 2_000 },
    { kind: 'stop-prometheus', when: { step: 2 }, afterMs: 0, forMs: 20_000 },
    { kind: 'stop-trace-receiver', when: 'release', afterMs: 0 },
    { kind: 'slow-network', delayMs: 300, when: 'release', afterMs: 0, forMs: 60_000 },
    { kind: 'restart-controller', when: 'decision', afterMs: 100 },
  ]);
  expect(read.faults.map(describeFault)).toEqual([
    'kill-pod of canary',
    'stop-prometheus',
    'stop-trace-receiver',
    'slow-network by 300 ms',
    'restart-controller',
  ]);
});

test('lists everything that is wrong with faults', () => {
  const when = 'release';
  const faults = [
    { kind: 'explode', when },
    { kind: 'kill-pod', when: 'step 0', of: 'both', after: '5' },
    { kind: 'kill-pod', when, for: '5s' },
    { kind: 'stop-prometheus', when, of: 'stable', delay: '1s' },
    { kind: 'slow-network', for: 5 },
    { kind: 'slow-network', when },
    { kind: 'restart-controller', when, until: '5s' },
    'stop-prometheus',
  ];
  const moments = 'expected release, canary-ready, decision or a step, e.g. step 2';
  expect(() => parseRelease('a.yaml', 'a', { ...document, faults })).toThrow(
    [
      'a.yaml: not a release',
      '  faults.0.kind: got "explode", expected one of kill-pod, stop-prometheus, stop-trace-receiver, slow-network, restart-controller',
      '  faults.1.of: got "both", expected canary or stable',
      `  faults.1.when: got "step 0", ${moments}`,
      '  faults.1.after: got "5", expected a duration, e.g. 5s',
      '  faults.2.for: got 5000, expected nothing: a pod that was killed is started again',
      '  faults.2.of: missing, expected canary or stable',
      '  faults.3.of: got "stable", expected nothing: only kill-pod is about a version',
      '  faults.3.delay: got 1000, expected nothing: only slow-network has a delay',
      `  faults.4.when: missing, ${moments}`,
      '  faults.4.for: got 5, expected a duration, e.g. 20s',
      '  faults.5.delay: missing, expected a duration, e.g. 300ms',
      '  faults.6: unknown field until, expected kind, of, delay, when, after, for',
      '  faults.7: got "stop-prometheus", expected a mapping with kind, of, delay, when, after, for',
    ].join('\n'),
  );
  expect(() => parseRelease('a.yaml', 'a', { ...document, faults: 'none' })).toThrow(
    'a.yaml: not a release\n  faults: got "none", expected a list of faults',
  );
});

test('takes no release for one that waits unless it says how long', () => {
  expect(() => parseRelease('a.yaml', 'a', { ...document, expect: 'waiting' })).toThrow(
    'a.yaml: not a release\n  within: missing, expected a duration of at least 1s, e.g. 30s',
  );
  expect(() => parseRelease('a.yaml', 'a', { ...document, within: '10ms', story: 0 })).toThrow(
    [
      'a.yaml: not a release',
      '  within: got "10ms", expected a duration of at least 1s, e.g. 30s',
      '  story: got 0, expected a place in the story, e.g. 1',
    ].join('\n'),
  );
});
