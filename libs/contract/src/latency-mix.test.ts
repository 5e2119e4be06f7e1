import { describe, expect, test } from 'vitest';
import { formatLatencyShare, LatencyMixError, parseLatencyMix } from './latency-mix.ts';

describe('a mix', () => {
  test('keeps the order of its shares', () => {
    expect(parseLatencyMix('50%500ms,5%200ms,45%2s')).toEqual([
      { percent: 50, latencyMs: 500 },
      { percent: 5, latencyMs: 200 },
      { percent: 45, latencyMs: 2000 },
    ]);
  });

  test('may have blanks around its shares, decimal shares, and one latency twice', () => {
    expect(parseLatencyMix(' 33.3%1ms , 33.3%1ms,33.4%0ms ')).toEqual([
      { percent: 33.3, latencyMs: 1 },
      { percent: 33.3, latencyMs: 1 },
      { percent: 33.4, latencyMs: 0 },
    ]);
  });

  test('is written as it is declared', () => {
    expect(parseLatencyMix('90%500ms,9.5%2s,0.5%1.005s').map(formatLatencyShare)).toEqual([
      '90%500ms',
      '9.5%2s',
      '0.5%1005ms',
    ]);
  });
});

test.each([
  ['90%500ms', 'the shares add up to 90%, not 100%'],
  ['90%500ms,20%200ms', 'the shares add up to 110%, not 100%'],
  ['33.3%1ms,33.3%2ms,33.3%3ms', 'the shares add up to 99.9%, not 100%'],
  ['', '"" is not <percent>%<duration>'],
  ['500ms', '"500ms" is not <percent>%<duration>'],
  ['50%1ms,,50%2ms', '"" is not <percent>%<duration>'],
  ['-10%1ms,110%2ms', '"-10%1ms" is not <percent>%<duration>'],
  ['0%1ms,100%2ms', '"0%1ms" has a share outside 0% to 100%'],
  ['101%1ms', '"101%1ms" has a share outside 0% to 100%'],
  ['100%', '"100%" has no latency of the form <number><ms|s|m>, at least 0ms'],
  ['100%500', '"100%500" has no latency of the form <number><ms|s|m>, at least 0ms'],
  ['100%-5ms', '"100%-5ms" has no latency of the form <number><ms|s|m>, at least 0ms'],
  ['100%5h', '"100%5h" has no latency of the form <number><ms|s|m>, at least 0ms'],
])('"%s" is refused: %s', (text, message) => {
  expect(() => parseLatencyMix(text)).toThrow(new LatencyMixError(message));
});
