import { expect, test } from 'vitest';
import { allowedCores, coresAreSeparate, coresOf, leaveSubjectItsCore, onCoreOf } from './cores.ts';

test.each([
  ['0-1', [0, 1]],
  ['3', [3]],
  ['0,2-4,9', [0, 2, 3, 4, 9]],
  ['', []],
  ['none', []],
])('the cores of "%s" are %j', (list, cores) => expect(coresOf(list)).toEqual(cores));

test('subject and load get different cores where there are two, else the command is left as it is', () => {
  const [subject, load] = [onCoreOf('subject', ['node', 'x']), onCoreOf('load', ['node', 'x'])];
  if (!coresAreSeparate) {
    expect([subject, load]).toEqual([
      ['node', 'x'],
      ['node', 'x'],
    ]);
    return;
  }
  for (const command of [subject, load]) {
    expect(command).toEqual(['taskset', '--cpu-list', expect.stringMatching(/^\d+$/), 'node', 'x']);
  }
  expect(subject[2]).not.toBe(load[2]);
});

test('the process that measures is on the core of the load until it need not be', () => {
  const before = allowedCores();
  {
    using _ = leaveSubjectItsCore();
    expect(allowedCores()).toBe(coresAreSeparate ? onCoreOf('load', ['node'])[2] : before);
  }
  expect(allowedCores()).toBe(before);
});
