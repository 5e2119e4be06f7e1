import { afterEach, expect, test, vi } from 'vitest';
import { readArguments } from './command-line.ts';

const benchmarks = [
  { name: 'server', title: 'What telemetry costs', minutes: 5 },
  { name: 'synth', title: 'Synth', minutes: 2 },
];

afterEach(() => vi.restoreAllMocks());

test('without names everything is measured, with names those', () => {
  expect(readArguments([], benchmarks)).toEqual({
    names: ['server', 'synth'],
    effort: 'full',
    out: 'bench-report',
    ...{ strict: false, json: false, record: false },
  });
  expect(readArguments(['synth', '--quick', '--out', 'here', '--strict'], benchmarks)).toEqual({
    names: ['synth'],
    effort: 'quick',
    out: 'here',
    ...{ strict: true, json: false, record: false },
  });
});

test('an unknown name ends with exit code 2 and the names that there are', () => {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  expect(() => readArguments(['pong'], benchmarks)).toThrow('exit 2');
  expect(written.join('')).toBe(
    `error: command-argument value 'pong' is invalid for argument 'benchmarks'. got "pong", expected one of server, synth\n`,
  );
});
