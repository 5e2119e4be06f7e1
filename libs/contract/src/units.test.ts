import { expect, test } from 'vitest';
import { formatDuration, toWholeSeconds, tryParseDuration } from './units.ts';

test.each([
  ['0ms', 0],
  ['500ms', 500],
  ['0.5ms', 0.5],
  ['1.5s', 1500],
  ['1.005s', 1005],
  ['0.0000001ms', 0],
  ['5m', 300_000],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(tryParseDuration(text)).toBe(milliseconds);
});

test.each([
  '',
  '500',
  'ms',
  '-1ms',
  '+1ms',
  ' 1ms',
  '1 ms',
  '1ms ',
  '1h',
  '1S',
  '.5s',
  '5.s',
  '1e3ms',
  '1s500ms',
  'NaNms',
])('"%s" is no duration', (text) => {
  expect(tryParseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0ms'],
  [0.5, '0.5ms'],
  [500, '500ms'],
  [1000, '1s'],
  [1500, '1500ms'],
  [59_000, '59s'],
  [60_000, '1m'],
  [90_000, '90s'],
  [300_000, '5m'],
])('%d milliseconds are written as %s, and read back', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
  expect(tryParseDuration(text)).toBe(milliseconds);
});

test.each([
  [0, 0],
  [1, 1],
  [1000, 1],
  [1001, 2],
])('%d milliseconds fit into %d whole seconds', (milliseconds, seconds) => {
  expect(toWholeSeconds(milliseconds)).toBe(seconds);
});
