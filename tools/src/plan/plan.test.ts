import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlan, type Plan } from './plan.ts';
import { renderPlan } from './render.ts';
import { readPlanInput } from './settings.ts';

function run(...args: string[]) {
  const program = join(import.meta.dirname, '..', 'plan.ts');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=@observed-rollouts/source', program, ...args],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  return { stdout, stderr, status };
}

function plan(...args: string[]): Plan {
  return makePlan(readPlanInput(args, {}).input);
}

test('says yes with the figures of a gate that concludes in time', () => {
  const { stdout, stderr, status } = run(
    ...'--p0 5% --p1 20% --rps 10 --weight 20% --budget 5m --tests 1 --look 5s'.split(' '),
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'Yes: p0 5%, p1 20% reach a verdict within 300 s in > 99.999 % of the releases.',
    '',
    '                 true share      abort    promote       pause   median   99 % within   failed answers',
    '  good release           5%    0.558 %   99.442 %   < 0.001 %     25 s          75 s              3.1',
    '  bad release           20%   99.454 %    0.546 %   < 0.001 %     15 s          70 s              9.2',
    '',
  ]);
  expect(stdout).toContain('\n         └──────');
  expect(stdout).toContain('Abort at 4.137, accept at -4.469.');
});

test('says no when the traffic brings no verdict in time', () => {
  const text = renderPlan(plan('--p0', '1%', '--p1', '2%', '--tests', '2', '--look', '5s'));
  expect(text.split('\n')[0]).toBe(
    'No: within 300 s a good release stays without a verdict in 93.3 % of the cases, a bad one in 82 % (p0 1%, p1 2%).',
  );
});

test('ranks what helps most first: a verdict in time before a sooner one', () => {
  const changes = (made: Plan) => made.levers.map(({ change }) => change);
  expect(changes(plan('--p0', '1%', '--p1', '2%', '--look', '5s'))).toEqual([
    'refuse only a grosser breach: --p1 4%',
    'double the budget: --budget 10m',
    'double the weight: --weight 40%',
    'double the rate: --rps 20',
    'promise half as much: --alpha 2% --beta 2%',
    'look and scrape every second: --look 1s',
  ]);
  expect(changes(plan('--p0', '1%', '--p1', '5%', '--weight', '60%', '--look', '1s'))).toEqual([
    'refuse only a grosser breach: --p1 10%',
    'double the rate: --rps 20',
    'promise half as much: --alpha 2% --beta 2%',
    'double the budget: --budget 10m',
  ]);
});

test('a design effect of three takes three times as many answers', () => {
  const alone = plan('--rps', '10', '--budget', '10m');
  const bursts = plan('--rps', '30', '--budget', '10m', '--design-effect', '3');
  expect(bursts.bad.p99Seconds).toBe(alone.bad.p99Seconds);
  expect(bursts.bad.failedAnswers).toBeCloseTo(3 * alone.bad.failedAnswers, 6);
});

test('prints one JSON document with shares from 0 to 1 and times in seconds', () => {
  const document = JSON.parse(run('--json', '--p0', '1%', '--p1', '5%', '--look', '5s').stdout) as Plan;
  expect(document).toMatchObject({
    input: { acceptable: 0.01, refused: 0.05, answersPerSecond: 10, weight: 0.2, budgetMs: 300_000, lookMs: 5_000 },
    concludesInTime: true,
    looks: 60,
    canaryAnswersPerSecond: 2,
    good: { share: 0.01, medianSeconds: 80 },
    bad: { share: 0.05, medianSeconds: 55 },
  });
  expect(document.curve).toHaveLength(25);
  for (const { abort, promote, pause } of document.curve) expect(abort + promote + pause).toBeCloseTo(1, 9);
});

test('without any chance of a verdict its time is null, not a number', () => {
  expect(plan('--rps', '0.1', '--budget', '5s').bad).toMatchObject({
    pause: expect.closeTo(1, 6) as number,
    medianSeconds: null,
    p99Seconds: null,
  });
});

test('names all wrong values at once', () => {
  const args = '--p0 1 --p1 100% --rps x --weight 120% --budget 7 --alpha 50% --look 0s --tests 0 --design-effect 0.5';
  expect(run(...args.split(' '))).toEqual({
    stdout: '',
    stderr: [
      'plan: 9 settings are wrong',
      '  --p0: got "1", expected a percentage above 0% and below 100%, e.g. --p0 1%',
      '  --p1: got "100%", expected a percentage above 0% and below 100%, e.g. --p1 5%',
      '  --rps: got "x", expected answers per second from 0.01 to 100000, e.g. --rps 10',
      '  --weight: got "120%", expected a percentage above 0% and below 100%, e.g. --weight 20%',
      '  --budget: got "7", expected a duration with unit ms, s or m from 1s to 1440m, e.g. --budget 5m',
      '  --alpha: got "50%", expected a percentage above 0% and below 50%, e.g. --alpha 1%',
      '  --look: got "0s", expected a duration with unit ms, s or m from 1s to 60m, e.g. --look 5s',
      '  --tests: got "0", expected a whole number from 1 to 100, e.g. --tests 2',
      '  --design-effect: got "0.5", expected answers from 1 to 1000, e.g. --design-effect 3',
      '',
    ].join('\n'),
    status: 78,
  });
});

test('names all values that do not go together', () => {
  expect(run('--p0', '10%', '--p1', '5%', '--budget', '7s', '--look', '5s')).toEqual({
    stdout: '',
    stderr: [
      'plan: 2 settings are wrong',
      '  --p1: got 5%, expected more than --p0, which is 10%, e.g. --p1 40%',
      '  --budget: got 7s, expected a multiple of --look, which is 5s, e.g. --budget 10s',
      '',
    ].join('\n'),
    status: 78,
  });
});

test('refuses an unknown flag and explains itself on request', () => {
  expect(run('--foo')).toEqual({
    stdout: '',
    stderr: "plan: unknown option '--foo' (Did you mean --look?); see --help\n",
    status: 2,
  });
  const { stdout, status } = run('--help');
  expect(status).toBe(0);
  expect(stdout).toContain('--p1 <p1>');
  expect(stdout).toContain('Exit code: 0 for a forecast');
});

test('reads the variable behind a flag, and the flag before it', () => {
  const env = { PLAN_P0: '2%', PLAN_P1: '8%' };
  expect(readPlanInput(['--p1', '6%'], env).input).toMatchObject({ acceptable: 0.02, refused: 0.06 });
  expect(() => readPlanInput([], { PLAN_P2: '8%' })).toThrow(
    'plan: 1 setting is wrong\n  PLAN_P2: unknown variable, expected PLAN_P0; rename or remove it',
  );
});
