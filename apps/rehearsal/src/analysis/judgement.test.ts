import { describe, expect, it } from 'vitest';
import type { QueryResult } from './expression/evaluation.ts';
import { parseExpression } from './expression/parser.ts';
import { ExpressionError } from './expression/syntax.ts';
import { judge } from './judgement.ts';

const low = 'result[0] <= 1';
const high = 'result[0] >= 5';

describe('the phase of a measurement', () => {
  it.each<[rule: string, result: QueryResult, success: string | undefined, failure: string | undefined, phase: string]>(
    [
      ['no condition is always a success', [], undefined, undefined, 'Successful'],
      ['only success: met', [1], low, undefined, 'Successful'],
      ['only success: not met is a failure', [2], low, undefined, 'Failed'],
      ['only failure: met', [5], undefined, high, 'Failed'],
      ['only failure: not met is a success', [2], undefined, high, 'Successful'],
      ['both: neither is inconclusive', [2], low, high, 'Inconclusive'],
      ['both met: failure wins', [3], 'true', 'result[0] > 2', 'Failed'],
      ['NaN with only success is a failure', [NaN], low, undefined, 'Failed'],
      ['NaN with only failure is a success', [NaN], undefined, high, 'Successful'],
      ['NaN with both is inconclusive', [NaN], low, high, 'Inconclusive'],
      ['infinity compares as a number', [Infinity], low, high, 'Failed'],
      ['an empty vector is an error on result[0]', [], low, high, 'Error'],
      ['an empty vector can be asked for first', [], 'len(result) == 0 || result[0] <= 1', undefined, 'Successful'],
      ['a scalar is a number', 0.5, 'result < 1', undefined, 'Successful'],
      ['indexing a scalar is an error', 0.5, low, undefined, 'Error'],
      ['isNaN of a vector does not compile, even behind ||', [1], 'true || isNaN(result)', undefined, 'Error'],
      ['default ignores its argument and yields the whole result', [], 'default(result, 0) < 1', undefined, 'Error'],
      ['a condition must be a condition', [1], 'result[0] + 1', undefined, 'Error'],
      ['only the first of several series is looked at', [0, 9], low, undefined, 'Successful'],
      ['all looks at every sample', [0, 9], 'all(result, # <= 1)', undefined, 'Failed'],
      [
        'any, none and one count samples',
        [0, 9],
        'any(result, # > 5) && one(result, # > 5) && none(result, # > 9)',
        undefined,
        'Successful',
      ],
      ['! binds closer than ==', [1], '!false == true', undefined, 'Successful'],
      ['products bind closer than sums, sums than comparisons', [7], 'result[0] == 1 + 2 * 3', undefined, 'Successful'],
      [
        'words are operators',
        [1],
        'not (result[0] > 1) and (false or isInf(result[0]) == false)',
        undefined,
        'Successful',
      ],
      ['asInt truncates', [2.9], 'asInt(result[0]) == 2', undefined, 'Successful'],
    ],
  )('%s', (_rule, result, successCondition, failureCondition, phase) => {
    const conditions = {
      ...(successCondition ? { successCondition } : {}),
      ...(failureCondition ? { failureCondition } : {}),
    };
    expect(judge(result, conditions).phase).toBe(phase);
  });
});

describe('a condition outside the supported language', () => {
  it.each([
    ['result[0] > ', 'unexpected the end, expected a number, result, a function or a parenthesis'],
    ['result.value > 1', 'unsupported character "." at character 7'],
    [
      'filter(result, # > 1)',
      'unsupported name filter at character 1, expected result, len, isNaN, isInf, isNil, asFloat, asInt, default, all, any, none, one',
    ],
    ['# > 1', 'unexpected "#" at character 1, expected a number, result, a function or a parenthesis'],
    ['len(result, 1) > 1', 'len takes 1 argument(s), got 2'],
    ['result[0] > 1 2', 'unexpected "2" at character 15, expected an operator or the end'],
  ])('%s is refused with its place', (condition, message) => {
    expect(() => parseExpression(condition)).toThrow(new ExpressionError(message));
  });
});
