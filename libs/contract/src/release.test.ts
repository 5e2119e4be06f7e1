import { expect, test } from 'vitest';
import { applyEnvironment, applyRelease, parseRelease } from './release.ts';

const document = { description: 'fails', environment: { PING_SUCCESS_PERCENT: '65' }, expect: 'aborted' };

test('reads a release file', () => {
  expect(parseRelease('releases/errors.yaml', 'errors', document)).toEqual({
    name: 'errors',
    ...document,
    stable: {},
    traffic: 'usual',
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
      '  expect: got "abort", expected one of aborted, promoted, paused',
      '  file: unknown field extra, expected description, environment, stable, traffic, expect',
    ].join('\n'),
  );
});

test('refuses a variable name that no shell would take, and a file that is no mapping', () => {
  expect(() => parseRelease('a.yaml', 'a', { ...document, environment: { 'ping-seed': '1' } })).toThrow(
    'a.yaml: not a release\n  environment.ping-seed: got "ping-seed", expected a variable name, e.g. PING_LATENCY',
  );
  expect(() => parseRelease('a.yaml', 'a', null)).toThrow(
    'a.yaml: not a release\n  file: got null, expected a mapping with description, environment, stable, traffic, expect',
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
  expect(parseRelease('a.yaml', 'a', shared)).toEqual({ name: 'a', ...shared });
  expect(() => parseRelease('a.yaml', 'a', { ...document, traffic: 'some', stable: [] })).toThrow(
    [
      'a.yaml: not a release',
      '  stable: got [], expected variables and their values',
      '  traffic: got "some", expected one of usual, none',
    ].join('\n'),
  );
});
