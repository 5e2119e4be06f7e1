import { InputError } from '@observed-rollouts/command-line';
import { expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';

const defaults = { manifests: 'dist/manifests', releasesFolder: 'releases', parallel: 2 };
const read = (...args: string[]) => readCommandLine(args, defaults, () => undefined);

it('names no release when none is named, which is the story', () => {
  expect(read()).toEqual({
    releases: [],
    parallel: 2,
    speed: 1,
    list: false,
    json: false,
    manifests: 'dist/manifests',
    releasesFolder: 'releases',
    report: 'rehearsal-report',
  });
});

it('reads where results are written and traces are sent', () => {
  const flags = ['--junit', 'j.xml', '--summary', 's.md', '--tempo', 'http://t:3200', '--tempo-otlp', 'http://t:4318'];
  expect(read(...flags)).toMatchObject({
    junit: 'j.xml',
    summary: 's.md',
    tempo: 'http://t:3200',
    tempoOtlp: 'http://t:4318',
  });
});

it('reads a service file, which excludes releases', () => {
  expect(read('--file', 'shop.yaml')).toMatchObject({ file: 'shop.yaml', releases: [] });
  expect(() => read('best', '--file', 'shop.yaml')).toThrow(
    "rehearse: got the release best and --file, expected one of them: releases are ping-service's; see --help",
  );
});

it('reads the folder of a Prometheus that is started by hand', () => {
  expect(read('--prometheus', 'here')).toMatchObject({ prometheus: 'here' });
});

it('refuses a release that is named twice, since what is kept of it is kept by its name', () => {
  expect(() => read('errors', 'best', 'errors')).toThrow(
    new InputError([
      'rehearse: got the release errors more than once, expected each name once; to play it again run the program again, with another --seed for other draws; see --help',
    ]),
  );
});

it('reads every flag', () => {
  const numbers = ['--seed', '42', '--parallel', '3', '--speed', '1.5'];
  expect(
    read('best', 'slow', ...numbers, '--list', '--json', '--manifests', 'm', '--releases', 'r', '--report', 'p'),
  ).toEqual({
    releases: ['best', 'slow'],
    seed: 42,
    parallel: 3,
    speed: 1.5,
    list: true,
    json: true,
    manifests: 'm',
    releasesFolder: 'r',
    report: 'p',
  });
});

it.each([
  [
    ['--seed', 'x'],
    "rehearse: option '--seed <number>' argument 'x' is invalid. Expected a whole number from 0 to 4294967295, e.g. --seed 42.; see --help",
  ],
  [
    ['--seed', '4294967296'],
    "rehearse: option '--seed <number>' argument '4294967296' is invalid. Expected a whole number from 0 to 4294967295, e.g. --seed 42.; see --help",
  ],
  [
    ['--parallel', '0'],
    "rehearse: option '--parallel <number>' argument '0' is invalid. Expected a whole number from 1 to 16, e.g. --parallel 2.; see --help",
  ],
  [
    ['--speed', '0.5'],
    "rehearse: option '--speed <factor>' argument '0.5' is invalid. Expected a factor of at least 1, e.g. --speed 10.; see --help",
  ],
  [['--seed'], "rehearse: option '--seed <number>' argument missing; see --help"],
  [['--manifests'], "rehearse: option '--manifests <folder>' argument missing; see --help"],
  [['--releases'], "rehearse: option '--releases <folder>' argument missing; see --help"],
  [['--report'], "rehearse: option '--report <folder>' argument missing; see --help"],
  [['--fast'], "rehearse: unknown option '--fast' (Did you mean --list?); see --help"],
])('refuses %j', (args, message) => {
  expect(() => read(...args)).toThrow(new InputError([message]));
});

it('writes its help and reads nothing', () => {
  let help = '';
  expect(readCommandLine(['--help'], defaults, (text) => (help += text))).toBeUndefined();
  expect(help).toContain('Exit code: 0 every release ended as expected, 1 one did not, 2 it could not run.');
});
